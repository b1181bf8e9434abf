import { type Parser, parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import type { EndpointLimits } from './endpoint-store.ts'

const MOST_AT_ONCE = 100
const MOST_A_SECOND = 10_000

const LIMITS = {
  concurrency: Type.Integer({
    minimum: 1,
    maximum: MOST_AT_ONCE,
    description: 'attempts at once over all nodes; null for the default of this server',
  }),
  rate_per_second: Type.Integer({
    minimum: 1,
    maximum: MOST_A_SECOND,
    description: 'attempts a second over all nodes; null for no limit',
  }),
}
const NAMES = ['concurrency', 'rate_per_second'] as const

const numbers = parser(
  Type.Object({
    concurrency: Type.Optional(LIMITS.concurrency),
    rate_per_second: Type.Optional(LIMITS.rate_per_second),
  }),
)

/** Reads changes of an endpoint's limits: what is absent stays, and null, unlike elsewhere, takes a limit away. */
export const endpointLimitsParser: Parser<Partial<EndpointLimits>> = {
  schema: Type.Object({
    concurrency: Type.Optional(Type.Union([LIMITS.concurrency, Type.Null()])),
    rate_per_second: Type.Optional(Type.Union([LIMITS.rate_per_second, Type.Null()])),
  }),
  parse(input) {
    const result = numbers.parse(input)
    if (!result.ok) return result
    const given = (input ?? {}) as Record<string, unknown>
    const cleared = NAMES.filter((name) => given[name] === null).map((name) => [name, null])
    return { ok: true, value: { ...result.value, ...Object.fromEntries(cleared) } }
  },
}
