import { isJsonObject } from '@charsu/protocol/json-object'
import { normalizer, type Parser, type Report } from '@charsu/protocol/parse'
import * as Type from 'typebox'

/** What a developer switches on to see an app fail, or the platform fail it; as `/dev/v1` says it. */
export const Faults = Type.Object({
  down: Type.Boolean({ description: 'nothing is sent, as if nothing listened' }),
  delay_ms: Type.Integer({ description: 'how late each answer comes, 0 to 30000 milliseconds' }),
  drop: Type.Boolean({ description: 'the app gets each call, and its answer is lost' }),
  status: Type.Union([Type.Enum([429, 500, 503]), Type.Null()], {
    description: 'what each call is answered with instead of being sent: 429, 500 or 503',
  }),
  retry_after: Type.Union([Type.Integer(), Type.Null()], {
    description: 'seconds of Retry-After beside `status`, and of `refuse_calls`: 0 to 3600',
  }),
  duplicate: Type.Boolean({ description: 'each event is sent twice' }),
  refuse_calls: Type.Boolean({ description: 'the app’s own calls are refused with 429' }),
})
export type Faults = Type.Static<typeof Faults>

export const NO_FAULTS: Faults = {
  down: false,
  delay_ms: 0,
  drop: false,
  status: null,
  retry_after: null,
  duplicate: false,
  refuse_calls: false,
}

export const MOST_DELAY_MS = 30_000
export const MOST_RETRY_AFTER = 3_600

/** Whether one of the faults by which deliveries fail went off, so that what waits because of it may go out. */
export const isRelieved = (before: Faults, after: Faults): boolean =>
  (before.down && !after.down) ||
  (before.drop && !after.drop) ||
  (before.status !== null && after.status === null) ||
  after.delay_ms < before.delay_ms

/** What of them was made to happen in one exchange. */
export const FAULT_NAMES = ['down', 'delay', 'drop', 'status', 'duplicate', 'refuse_calls'] as const
export type FaultName = (typeof FAULT_NAMES)[number]

const SWITCHES = ['down', 'drop', 'duplicate', 'refuse_calls'] as const
const STATUSES: readonly unknown[] = [429, 500, 503]

const known = normalizer(Type.Partial(Faults), (value, report) => {
  const given = isJsonObject(value) ? value : {}
  const on = (name: (typeof SWITCHES)[number]): boolean => given[name] === true
  const faults: Faults = {
    down: on('down'),
    delay_ms: within(given, 'delay_ms', MOST_DELAY_MS, report) ?? 0,
    drop: on('drop'),
    status: readStatus(given.status, report),
    retry_after: within(given, 'retry_after', MOST_RETRY_AFTER, report),
    duplicate: on('duplicate'),
    refuse_calls: on('refuse_calls'),
  }
  if (faults.retry_after !== null && faults.status === null && !faults.refuse_calls) {
    report('retry_after', 'goes with status or refuse_calls: set one of them, or leave it out')
  }
  return faults
})

/** All of them as they shall be: what is left out is off. A name that is none is refused, or a fault would seem on. */
export const faultsBody: Parser<Faults> = {
  schema: known.schema,
  parse(input) {
    const read = known.parse(input)
    const strange = isJsonObject(input)
      ? Object.keys(input).filter((name) => !Object.hasOwn(NO_FAULTS, name))
      : []
    if (strange.length === 0) return read
    const names = Object.keys(NO_FAULTS).join(', ')
    const violations = strange.map((field) => ({ field, description: `is no fault: expected ${names}` }))
    return { ok: false, violations: [...violations, ...(read.ok ? [] : read.violations)] }
  },
}

function within(
  given: Readonly<Record<string, unknown>>,
  name: string,
  most: number,
  report: Report,
): number | null {
  const value = given[name]
  if (typeof value !== 'number') return null
  if (value < 0 || value > most) report(name, `must be 0 to ${most}, but is ${value}`)
  return value
}

function readStatus(status: unknown, report: Report): Faults['status'] {
  if (status === undefined || status === null) return null
  if (!STATUSES.includes(status)) {
    report('status', 'must be 429, 500 or 503, or null')
    return null
  }
  return status as Faults['status']
}
