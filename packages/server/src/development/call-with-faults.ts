import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import type { Log } from '../log.ts'
import type { AppCall, CallSubject, Outbound } from '../outbound/call-app.ts'
import type { FailureStage, Outcome } from '../outbound/outcome.ts'
import type { FaultName, Faults } from './faults.ts'
import { faultsAbout } from './faults-store.ts'

export interface FaultDeps {
  db: Database
  clock: Pick<Clock, 'now' | 'monotonic'>
  log: Pick<Log, 'warn'>
}

/** One call that was made, or that a fault took the place of. */
export interface MadeCall {
  /** Milliseconds since 1970. */
  at: number
  outcome: Outcome
  fault: FaultName | null
}

/** What came of a call: the one that counts first, behind it those that a fault added. */
export type MadeCalls = readonly [MadeCall, ...MadeCall[]]

/**
 * Makes a call with the faults that its app's developer has switched on, in this order: an app that is down is not
 * called, nor is one that answers a status; the answer of any other comes late, or is lost; and an event goes twice.
 * Each outcome says by its own reason that it was made, so that nobody looks for it anywhere else.
 */
export async function callWithFaults(
  deps: FaultDeps,
  outbound: Pick<Outbound, 'call'>,
  call: AppCall & { about: CallSubject },
): Promise<MadeCalls> {
  const faults = await faultsFor(deps, call.about)
  const at = deps.clock.now()
  const plain = (): Promise<Outcome> => outbound.call(call)
  if (!faults) return [{ at, outcome: await plain(), fault: null }]
  if (faults.down) {
    return [
      { at, fault: 'down', outcome: failed('connect', 0, 'the app counts as down, and was not called') },
    ]
  }
  if (faults.status !== null) {
    const late = await delayed(deps, call, faults, async () => answered(faults))
    return [{ at, outcome: late.outcome, fault: 'status' }]
  }
  const first = await delayed(deps, call, faults, plain)
  const made: MadeCall = faults.drop
    ? {
        at,
        fault: 'drop',
        outcome: failed('reset', first.outcome.ms, 'the connection was cut behind the request'),
      }
    : { at, outcome: first.outcome, fault: first.isLate ? 'delay' : null }
  if (!faults.duplicate || !('deliveryId' in call.about)) return [made]
  const again = deps.clock.now()
  return [made, { at: again, outcome: await plain(), fault: 'duplicate' }]
}

async function faultsFor({ db, log }: FaultDeps, about: CallSubject): Promise<Faults | null> {
  try {
    return await faultsAbout(db, about)
  } catch (error) {
    log.warn({ err: error }, 'the faults of an app could not be looked up: the call goes out without them')
    return null
  }
}

const SEE_FAULTS = ': a fault that is switched on for it, see GET /dev/v1/apps/{slug}/faults'

/** A failure that was asked for, as everybody who reads of it is told. */
const failed = (stage: FailureStage, ms: number, what: string): Outcome => ({
  kind: 'failure',
  stage,
  reason: what + SEE_FAULTS,
  ms,
})

const answered = ({ status, retry_after: after }: Faults): Outcome => ({
  kind: 'answer',
  status: status ?? 500,
  headers: {
    'content-type': 'application/json',
    'charsu-fault': 'status',
    ...(after !== null && { 'retry-after': String(after) }),
  },
  body: Buffer.from('{"message":"a fault that is switched on for this app answers instead of it"}'),
  truncated: false,
  ms: 0,
  firstByteMs: 0,
})

/** Holds the answer back, at most until the call's own deadline: from then on it is too late. */
async function delayed(
  { clock }: FaultDeps,
  call: AppCall,
  { delay_ms: delayMs }: Faults,
  ask: () => Promise<Outcome>,
): Promise<{ outcome: Outcome; isLate: boolean }> {
  const begun = clock.monotonic()
  const outcome = await ask()
  if (delayMs === 0) return { outcome, isLate: false }
  const left = Math.max(0, call.deadlineMs - (clock.monotonic() - begun))
  const isInTime = await held(Math.min(delayMs, left), call.signal)
  const ms = Math.round(clock.monotonic() - begun)
  if (!isInTime)
    return {
      outcome: failed('reset', ms, 'the call was stopped while its answer was held back'),
      isLate: true,
    }
  if (delayMs < left) return { outcome: { ...outcome, ms }, isLate: true }
  const late = `no complete answer within ${call.deadlineMs} ms, for it was held back for ${delayMs} ms`
  return { outcome: failed('timeout', ms, late), isLate: true }
}

/** @returns false when the signal ended it early. */
const held = (ms: number, signal: AbortSignal | undefined): Promise<boolean> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve(false)
    const end = (inTime: boolean): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      resolve(inTime)
    }
    const stop = (): void => end(false)
    const timer = setTimeout(() => end(true), ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
