import type { ProcessMetrics } from '../observe/render-metrics.ts'

/** What a worker tells its primary. */
export type ToPrimary =
  /** It serves; the port is the one that all workers share. */
  | { type: 'ready'; port: number; url: string; hostKey: string }
  /** It could not start, in words for whoever started the program. */
  | { type: 'failed'; explanation: string }
  /** It wants the reports of all other workers, and gives its own, which is about to be shown. */
  | { type: 'gather'; id: number; own: ProcessMetrics }
  /** Its own report, for the gathering of this number. */
  | { type: 'report'; id: number; report: ProcessMetrics }

/** What the primary tells a worker. */
export type ToWorker =
  | { type: 'stop' }
  | { type: 'report?'; id: number }
  /** The answer to `gather`, under the number that the worker gave. */
  | { type: 'gathered'; id: number; reports: ProcessMetrics[] }
