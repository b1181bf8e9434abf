import { type DestinationStream, type Logger, pino } from 'pino'
import { loggedError } from './logged-error.ts'

export type Log = Logger

export interface LogOptions {
  level: string
  destination?: DestinationStream
}

/** One JSON line an event. Credentials are cut out here as a last guard; message texts are never passed in. */
export function createLog(options: LogOptions): Log {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (thrown: unknown) => loggedError(thrown) },
      redact: [
        'headers.authorization',
        'headers.cookie',
        'headers["x-api-key"]',
        'headers["x-access-token"]',
      ],
    },
    options.destination ?? pino.destination(2),
  )
}
