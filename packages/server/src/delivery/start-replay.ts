import type { Database, Tx } from '../db/database.ts'
import { ApiError, type ReasonOf } from '../errors.ts'
import { newId } from '../ids.ts'
import type { ReplayFilter } from './replay-filter.ts'
import {
  countOpenReplays,
  findReplay,
  findsAnything,
  hasUsableEndpoint,
  insertReplay,
  lockCreation,
  type ReplayRow,
} from './replay-store.ts'

export interface StartReplayInput {
  /** Null for every app. */
  appId: string | null
  filter: ReplayFilter
  /** The developer's user id; null for the host and for operators. */
  createdBy: string | null
  /** Set for an operator: what is written of it in the same transaction. */
  byOperator?: ((tx: Tx, jobId: string) => Promise<void>) | undefined
}

/** Running and paused jobs of one app, and again of those for every app. */
const MOST_OPEN_REPLAYS = 3

/**
 * Makes the job that sends every matching delivery once more; runners on any node carry it on from there. The
 * deliveries are those that are finished when the job comes to them and were made before it.
 * @throws 412 when nothing matches, the app's events URL cannot be called, or too many jobs are open.
 */
export function startReplay(
  db: Database,
  { appId, filter, createdBy, byOperator }: StartReplayInput,
): Promise<ReplayRow> {
  return db.transaction().execute(async (tx) => {
    await lockCreation(tx)
    if ((await countOpenReplays(tx, appId)) >= MOST_OPEN_REPLAYS) {
      throw refused(
        'TOO_MANY_REPLAYS',
        `${MOST_OPEN_REPLAYS} replays ${appId ? 'of this app' : 'of every app'} are running or paused already, the most at once: wait until one is done, or cancel one`,
      )
    }
    if (appId && !(await hasUsableEndpoint(tx, appId))) {
      throw refused('ENDPOINT_DISABLED', 'the events URL is missing or disabled: set it or enable it first')
    }
    const jobId = newId()
    await insertReplay(tx, { id: jobId, appId, filter, createdBy, byOperator: byOperator !== undefined })
    if ((await findsAnything(tx, jobId)) === false) {
      throw refused(
        'NOTHING_TO_REPLAY',
        'no finished delivery matches this filter: widen it; the list of deliveries shows what there is',
      )
    }
    await byOperator?.(tx, jobId)
    const job = await findReplay(tx, { jobId, appId: null })
    if (!job) throw new Error('a replay vanished in the transaction that made it')
    return job
  })
}

const refused = (reason: ReasonOf<'FAILED_PRECONDITION'>, message: string): ApiError =>
  new ApiError('FAILED_PRECONDITION', message, { reason })
