import type { Flags } from '../flags.ts'
import type { MakeDeps } from '../make-values.ts'
import type { Operation } from '../operations.ts'
import type { ExactAnswers } from '../rulings.ts'
import { type AnswerValidator, parseJson } from '../validate-answer.ts'
import { judge } from './judge-answer.ts'
import { type FuzzRequest, requestArbitrary, type Target } from './request-arbitrary.ts'
import { type FuzzFailure, runFuzz } from './run-fuzz.ts'
import { type FuzzAnswer, openSender } from './send-raw.ts'

export interface FuzzedDescription {
  validator: Pick<AnswerValidator, 'breaches' | 'tooMuch'>
  deps(operation: Operation): MakeDeps
  targets: readonly Target[]
}

export interface FuzzSurface {
  url: string
  flags: Flags
  exact: ExactAnswers
  secrets: readonly string[]
}

export interface SurfaceOutcome {
  requests: number
  requestsPerSecond: number
  /** Ids of the messages that were answered as sent. */
  accepted: string[]
  failures: FuzzFailure[]
  /** Served operations that no request got through to, so that nothing is proved of them. */
  neverReached: string[]
}

/** Of fewer requests none may be right. */
const ENOUGH = 100

/** At once, on as many connections. */
const LANES = 8
/** Of all requests this share goes to operations that are not served: their answer is one and the same. */
const NOT_SERVED_SHARE = 0.05

/** Random requests for every operation of the descriptions, most of them for those that are served. */
export async function fuzzSurface(
  described: readonly FuzzedDescription[],
  { url, flags, exact, secrets }: FuzzSurface,
): Promise<SurfaceOutcome> {
  const of = new Map(described.flatMap((each) => each.targets.map((target) => [target, each] as const)))
  const targets = [...of.keys()].filter(
    ({ operation }) => flags.operation === undefined || operation.id === flags.operation,
  )
  const accepted: string[] = []
  const outcome: SurfaceOutcome = {
    requests: 0,
    requestsPerSecond: 0,
    accepted,
    failures: [],
    neverReached: [],
  }
  if (flags.fuzz === 0) return outcome
  await using sender = openSender(url, LANES)
  const began = performance.now()
  const served = targets.filter((target) => target.served)
  const others = targets.filter((target) => !target.served)
  const forOthers =
    served.length === 0 ? flags.fuzz : Math.round(flags.fuzz * (others.length > 0 ? NOT_SERVED_SHARE : 0))
  for (const [asked, requests] of [
    [served, flags.fuzz - forOthers],
    [others, forOthers],
  ] as const) {
    const part = await runFuzz(
      {
        arbitrary: (target) => requestArbitrary(of.get(target)!.deps(target.operation), target),
        send: (request) => sender.send(request),
        judge: (target, request, answer) =>
          judge({ validator: of.get(target)!.validator, exact, secrets }, target, request, answer),
        answered(target, request, answer) {
          if (flags.verbose) console.log(`${answer.status} ${target.operation.id}: ${brief(request)}`)
          accepted.push(...messageId(answer))
        },
      },
      asked,
      { requests, seed: flags.seed, lanes: LANES, ...(flags.path !== undefined && { path: flags.path }) },
    )
    outcome.requests += part.requests
    outcome.failures.push(...part.failures)
    for (const { operation, served: isServed } of asked) {
      const statuses = part.statuses.get(operation.id) ?? new Map<number, number>()
      const [all, fine] = [sum(statuses.values()), statuses.get(200) ?? 0]
      if (flags.verbose) console.log(`${operation.id}: ${JSON.stringify(Object.fromEntries(statuses))}`)
      if (isServed && all >= ENOUGH && fine === 0) outcome.neverReached.push(operation.id)
    }
  }
  outcome.requestsPerSecond = Math.round(outcome.requests / ((performance.now() - began) / 1000))
  return outcome
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0)

const BRIEF = 200
const brief = ({ method, path, body }: FuzzRequest): string =>
  `${method} ${path} ${body?.toString() ?? ''}`.slice(0, BRIEF)

function messageId({ status, text }: FuzzAnswer): string[] {
  const id =
    status === 200 ? (parseJson(text) as { message_id?: unknown } | null | undefined)?.message_id : undefined
  return typeof id === 'string' ? [id] : []
}
