import type { AppCaller } from '../access/callers.ts'
import { callsRefused } from '../access/calls-refused.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import type { CallStanding } from '../http/create-http.ts'
import { faultsOf } from './faults-store.ts'

export interface CallLimit {
  take(caller: AppCaller): CallStanding | Promise<CallStanding>
}

/** Where nothing limits the app, one has to be named all the same. */
const USUAL_LIMIT = 600
const USUAL_WAIT_S = 5
const MINUTE_S = 60

/**
 * The limit on an app's calls (wire contract §12), reached at once where its developer has switched that on: the
 * refusal is the real one, but for the header that tells whoever looks for its cause.
 */
export const withRefusedCalls = (
  { db, clock }: { db: Database; clock: Pick<Clock, 'now'> },
  limits: CallLimit,
): CallLimit => ({
  async take(caller) {
    const { refuse_calls: refused, retry_after: after } = await faultsOf(db, caller.slug)
    if (!refused) return await limits.take(caller)
    const seconds = Math.max(1, after ?? USUAL_WAIT_S)
    const limit = caller.callLimits.perMinute || USUAL_LIMIT
    throw callsRefused({
      window: 'minute',
      limit,
      seconds,
      resetsAt: new Date(clock.now() + seconds * 1000),
      headers: { 'ratelimit-policy': `${limit};w=${MINUTE_S}`, 'charsu-fault': 'refuse_calls' },
    })
  },
})
