import fc from 'fast-check'
import { hostileJson, hostileText } from './hostile-values.ts'

/** One thing done to one place of a JSON value. */
export interface Spoiling {
  /** Which place: counted in the order of writing, from the whole value on, and again from the start past the last. */
  at: number
  how:
    | { do: 'replace'; by: unknown }
    | { do: 'leave out' }
    | { do: 'wrap'; times: number }
    | { do: 'repeat'; times: number }
    | { do: 'add'; key: string; value: unknown }
}

/** Whether a branch goes on: one that leaves a place out tells its parent to drop it. */
const GONE = Symbol('gone')

/** The same value with the spoilings carried out, one after the other. */
export function spoil(value: unknown, spoilings: readonly Spoiling[]): unknown {
  return spoilings.reduce<unknown>((current, { at, how }) => {
    const counter = { left: at % countPlaces(current) }
    const spoilt = visit(current, counter, how)
    return spoilt === GONE ? undefined : spoilt
  }, value)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const membersOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : []

function countPlaces(value: unknown): number {
  return membersOf(value).reduce<number>((sum, member) => sum + countPlaces(member), 1)
}

function visit(value: unknown, counter: { left: number }, how: Spoiling['how']): unknown {
  if (counter.left-- === 0) return spoilt(value, how)
  if (counter.left < 0) return value
  if (Array.isArray(value)) {
    return value.map((item) => visit(item, counter, how)).filter((item) => item !== GONE)
  }
  if (!isRecord(value)) return value
  const entries = Object.entries(value).map(([key, member]) => [key, visit(member, counter, how)] as const)
  return Object.fromEntries(entries.filter(([, member]) => member !== GONE))
}

function spoilt(value: unknown, how: Spoiling['how']): unknown {
  if (how.do === 'replace') return how.by
  if (how.do === 'leave out') return GONE
  if (how.do === 'repeat') return Array(how.times).fill(Array.isArray(value) ? value[0] : value)
  if (how.do === 'add')
    return isRecord(value) ? Object.fromEntries([...Object.entries(value), [how.key, how.value]]) : value
  let inside = value
  for (let i = 0; i < how.times; i++) inside = { data: inside }
  return inside
}

const how: fc.Arbitrary<Spoiling['how']> = fc.oneof(
  { weight: 5, arbitrary: hostileJson.map((by) => ({ do: 'replace' as const, by })) },
  { weight: 2, arbitrary: fc.constant({ do: 'leave out' as const }) },
  { weight: 1, arbitrary: fc.constantFrom(1, 30, 33).map((times) => ({ do: 'wrap' as const, times })) },
  { weight: 1, arbitrary: fc.constantFrom(2, 3, 4, 200).map((times) => ({ do: 'repeat' as const, times })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(hostileText, hostileJson)
      .map(([key, value]) => ({ do: 'add' as const, key: key.slice(0, 40), value })),
  },
)

/** Few at a time, so that what a request breaks is one or two things and the rest of it is read. */
export const spoilings: fc.Arbitrary<Spoiling[]> = fc.array(fc.record({ at: fc.nat(200), how }), {
  minLength: 1,
  maxLength: 3,
})
