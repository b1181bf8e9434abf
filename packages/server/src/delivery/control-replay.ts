import type { Database, Tx } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { isUuid } from '../ids.ts'
import {
  changeStatus,
  findReplay,
  type ReplayRow,
  type ReplayScope,
  type ReplayStatus,
} from './replay-store.ts'

export interface ReplayInput extends ReplayScope {
  jobId: string
}

interface Change {
  from: readonly ReplayStatus[]
  to: ReplayStatus
  /** What to do instead, by the status that stands in the way. */
  advice: Partial<Record<ReplayStatus, string>>
}

const OVER = 'it is over; start another with POST to the list of replays'

const CHANGES = {
  pause: {
    from: ['running'],
    to: 'paused',
    advice: { paused: 'resume or cancel it', cancelled: OVER, done: OVER, failed: 'resume or cancel it' },
  },
  resume: {
    from: ['paused', 'failed'],
    to: 'running',
    advice: { running: 'it goes on by itself; pause or cancel it', cancelled: OVER, done: OVER },
  },
  cancel: {
    from: ['running', 'paused', 'failed'],
    to: 'cancelled',
    advice: { cancelled: OVER, done: OVER },
  },
} as const satisfies Record<string, Change>

export type ReplayChange = keyof typeof CHANGES
export const REPLAY_CHANGES = Object.keys(CHANGES) as ReplayChange[]

/** @throws 404 when there is no such job, and just so when it is another app's. */
export async function readReplay(db: Database | Tx, { jobId, appId }: ReplayInput): Promise<ReplayRow> {
  const job = isUuid(jobId) ? await findReplay(db, { jobId, appId }) : undefined
  if (job) return job
  throw new ApiError('NOT_FOUND', 'there is no such replay: take an id from the list of replays', {
    reason: 'REPLAY_NOT_FOUND',
  })
}

/**
 * Pauses a job: no further delivery is queued. Resumes it where it stopped. Or cancels it: what it has queued and
 * nobody is sending at this moment is withdrawn too.
 * @throws 404 unknown job; 412 when its status does not allow the change, with what to do.
 */
export async function changeReplay(
  db: Database | Tx,
  input: ReplayInput,
  name: ReplayChange,
): Promise<ReplayRow> {
  const change: Change = CHANGES[name]
  const changed = isUuid(input.jobId) && (await changeStatus(db, input, change))
  const job = await readReplay(db, input)
  if (changed) return job
  const advice = change.advice[job.status] ?? 'its status changed at this moment; try again'
  throw new ApiError('FAILED_PRECONDITION', `cannot ${name} a replay that is ${job.status}: ${advice}`, {
    reason: 'REPLAY_STATUS',
    metadata: { status: job.status },
  })
}
