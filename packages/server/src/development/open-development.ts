import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import type { Log } from '../log.ts'
import type { Outbound } from '../outbound/call-app.ts'
import { withHostHeaders } from './host-headers.ts'
import { type AppCallRecorder, type AppRecordingDeps, recordCallsOfApps } from './record-calls-of-apps.ts'
import { recordCallsToApps } from './record-calls-to-apps.ts'
import { TrafficStreams } from './traffic-streams.ts'
import { TrafficWriter } from './traffic-writer.ts'

export interface DevelopmentDeps {
  db: Database
  clock: Clock
  log: Log
  /** Other nodes may want to look at new records. */
  tellOthers(): void
  openUploadToken: AppRecordingDeps['openUploadToken']
}

/** What looks on in development mode. */
export interface Development {
  /** Calls to apps, recorded, with the Host header that their app asked for. */
  watch(outbound: Outbound): Outbound
  callsOfApps: AppCallRecorder
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
}: DevelopmentDeps): Development {
  const streams = new TrafficStreams({ db, log, pollMs: POLL_MS })
  const onWritten = (): void => {
    streams.wake()
    tellOthers()
  }
  const traffic = new TrafficWriter({ db, log, onWritten })
  const recording = { clock, log, traffic }
  return {
    watch: (outbound) => withHostHeaders({ db, log }, recordCallsToApps(recording, outbound)),
    callsOfApps: recordCallsOfApps({ ...recording, openUploadToken }),
    streams,
    start: () => streams.start(),
    close: () => traffic.stop(),
  }
}
