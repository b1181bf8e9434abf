import fc from 'fast-check'
import type { FuzzRequest, Target } from './request-arbitrary.ts'
import type { FuzzAnswer } from './send-raw.ts'

export interface FuzzDeps {
  arbitrary(target: Target): fc.Arbitrary<FuzzRequest>
  send(request: FuzzRequest): Promise<FuzzAnswer>
  /** What is wrong with an answer. */
  judge(target: Target, request: FuzzRequest, answer: FuzzAnswer): string[]
  /** Told of each answer, of right and of wrong ones. */
  answered?(target: Target, request: FuzzRequest, answer: FuzzAnswer): void
}

export interface FuzzOptions {
  /** Requests for all targets together; shrinking a failure takes more. */
  requests: number
  seed: number
  /** Of one failure, to repeat it; then only its target is asked. */
  path?: string
  /** Targets asked at the same time. */
  lanes: number
}

export interface FuzzFailure {
  target: Target
  faults: readonly string[]
  /** The smallest request that was still answered wrongly. */
  request: FuzzRequest
  answer: FuzzAnswer | null
  seed: number
  /** With the seed this leads straight to the request. */
  path: string
}

export interface FuzzOutcome {
  requests: number
  /** How often each operation answered with each status. */
  statuses: ReadonlyMap<string, ReadonlyMap<number, number>>
  failures: FuzzFailure[]
}

/** The faults of one answer, as the property's failure. */
class WrongAnswer extends Error {
  readonly faults: readonly string[]
  readonly answer: FuzzAnswer | null

  constructor(faults: readonly string[], answer: FuzzAnswer | null) {
    super(faults.join('; '))
    this.faults = faults
    this.answer = answer
  }
}

/**
 * Asks each target its share of requests, several targets at once and each one request after the other, so that a
 * failure is shrunk while its own target is asked nothing else. Targets fail one by one: a fault in one hides none in
 * another.
 */
export async function runFuzz(
  deps: FuzzDeps,
  targets: readonly Target[],
  options: FuzzOptions,
): Promise<FuzzOutcome> {
  const outcome = {
    requests: 0,
    statuses: new Map<string, Map<number, number>>(),
    failures: [] as FuzzFailure[],
  }
  const share = Math.ceil(options.requests / Math.max(1, targets.length))
  const waiting = [...targets]
  const lane = async (): Promise<void> => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      const failure = await fuzzTarget(deps, target, { ...options, requests: share }, outcome)
      if (failure) outcome.failures.push(failure)
    }
  }
  await Promise.all(Array.from({ length: options.lanes }, lane))
  return outcome
}

interface Counts {
  requests: number
  statuses: Map<string, Map<number, number>>
}

function count({ statuses }: Counts, id: string, status: number): void {
  const own = statuses.get(id) ?? new Map<number, number>()
  statuses.set(id, own.set(status, (own.get(status) ?? 0) + 1))
}

async function fuzzTarget(
  deps: FuzzDeps,
  target: Target,
  { requests, seed, path }: FuzzOptions,
  counts: Counts,
): Promise<FuzzFailure | null> {
  const property = fc.asyncProperty(deps.arbitrary(target), async (request) => {
    counts.requests++
    const answer = await deps.send(request).catch((error: Error) => {
      throw new WrongAnswer([`no answer came: ${error.message}`], null)
    })
    deps.answered?.(target, request, answer)
    count(counts, target.operation.id, answer.status)
    const faults = deps.judge(target, request, answer)
    if (faults.length > 0) throw new WrongAnswer(faults, answer)
  })
  const details = await fc.check(property, {
    numRuns: requests,
    seed,
    ...(path !== undefined && { path }),
  })
  if (!details.failed || !details.counterexample) return null
  const error = details.errorInstance
  if (!(error instanceof WrongAnswer)) throw error
  return {
    target,
    faults: error.faults,
    request: details.counterexample[0],
    answer: error.answer,
    seed: details.seed,
    path: details.counterexamplePath ?? '',
  }
}
