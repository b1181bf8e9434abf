import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino'

export type Log = Logger

export interface LogOptions {
  level: string
  destination?: DestinationStream
}

/** What PostgreSQL says of a failure in words of its own choosing: whole rows and the values of parameters. */
const QUOTES_DATA = ['detail', 'where', 'hint', 'internalQuery'] as const

/** An error as it is logged: people's texts, names and phone numbers stay in the database. */
function withoutData(error: Error): object {
  const logged: object = stdSerializers.err(error)
  for (const name of QUOTES_DATA) Reflect.deleteProperty(logged, name)
  return logged
}

/** One JSON line an event. Credentials are cut out here as a last guard; message texts are never passed in. */
export function createLog(options: LogOptions): Log {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: withoutData },
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
