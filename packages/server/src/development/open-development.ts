import type { Authenticator } from '../access/authenticator.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import type { HttpDeps } from '../http/create-http.ts'
import { isOwnOrigin, type Site } from '../http/site.ts'
import type { Log } from '../log.ts'
import type { Outbound } from '../outbound/call-app.ts'
import { asPerson } from './as-person.ts'
import { callWithFaults } from './call-with-faults.ts'
import { withHostHeaders } from './host-headers.ts'
import { type AppCallRecorder, type AppRecordingDeps, recordCallsOfApps } from './record-calls-of-apps.ts'
import { recordCallsToApps } from './record-calls-to-apps.ts'
import { type CallLimit, withRefusedCalls } from './refuse-calls.ts'
import { TrafficStreams } from './traffic-streams.ts'
import { TrafficWriter } from './traffic-writer.ts'

export interface DevelopmentDeps {
  db: Database
  clock: Clock
  log: Log
  /** Other nodes may want to look at new records. */
  tellOthers(): void
  openUploadToken: AppRecordingDeps['openUploadToken']
  authenticator: Pick<Authenticator, 'session'>
  site: Site
}

/** What looks on in development mode. */
export interface Development {
  /** Calls to apps, recorded, with the Host header that their app asked for and the faults that are switched on. */
  watch(outbound: Outbound): Outbound
  /** The limit on the calls of apps, which a fault makes as good as reached. */
  limitCalls(limits: CallLimit): CallLimit
  callsOfApps: AppCallRecorder
  http: Pick<HttpDeps, 'onBody' | 'prefix'>
  streams: TrafficStreams
  start(): void
  /** Writes what is still to be written. The streams are to be closed before the connections are. */
  close(): Promise<void>
}

const POLL_MS = 1_000

export function openDevelopment({
  db,
  clock,
  log,
  tellOthers,
  openUploadToken,
  authenticator,
  site,
}: DevelopmentDeps): Development {
  const streams = new TrafficStreams({ db, log, pollMs: POLL_MS })
  const onWritten = (): void => {
    streams.wake()
    tellOthers()
  }
  const traffic = new TrafficWriter({ db, log, onWritten })
  const recording = { clock, log, traffic }
  const callsOfApps = recordCallsOfApps({ ...recording, openUploadToken })
  const ownOrigin = (origin: string): boolean => isOwnOrigin(origin, site, 'development')
  return {
    watch: (outbound) =>
      withHostHeaders(
        { db, log },
        recordCallsToApps(recording, outbound, (call) => callWithFaults({ db, clock, log }, outbound, call)),
      ),
    limitCalls: (limits) => withRefusedCalls({ db, clock }, limits),
    callsOfApps,
    http: {
      onBody: callsOfApps.onBody,
      prefix: asPerson({ db, authenticator, isOwnOrigin: ownOrigin }),
    },
    streams,
    start: () => streams.start(),
    close: () => traffic.stop(),
  }
}
