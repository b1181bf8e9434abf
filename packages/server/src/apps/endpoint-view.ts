import * as Type from 'typebox'
import { type EndpointRow, MOST_COUNTED } from './endpoint-store.ts'

const OrNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()])
const Time = OrNull(Type.String({ format: 'date-time' }))
const upTo = `${MOST_COUNTED} stands for that or more`

/** How the app's events URL fares. */
export const EndpointHealth = Type.Object({
  url: OrNull(Type.String()),
  state: Type.Enum(['no_url', 'enabled', 'paused', 'disabled']),
  disabled_reason: OrNull(Type.String()),
  disabled_at: Time,
  breaker: Type.Enum(['closed', 'open', 'half_open'], {
    description: 'half_open: one attempt at a time, until one succeeds',
  }),
  paused_until: Time,
  failure_streak: Type.Integer(),
  first_failure_at: Time,
  last_failure_at: Time,
  last_success_at: Time,
  warned_at: Time,
  waiting: Type.Integer({ description: `deliveries not finished yet; ${upTo}` }),
  held: Type.Integer({ description: `those of them that nothing is attempted for; ${upTo}` }),
  dropped_before: Time,
  concurrency: OrNull(Type.Integer()),
  rate_per_second: OrNull(Type.Integer()),
  advice: Type.String({ description: 'what is the matter and what to do; empty when all is well' }),
})
export type EndpointHealth = Type.Static<typeof EndpointHealth>

const DISABLED_BECAUSE: Readonly<Record<string, string>> = {
  answered_410_gone: 'the URL answered 410, which says that nothing will ever be there again',
  failing_for_five_days: 'every attempt of five days failed',
}

/** What is the matter with an endpoint and what its developer can do, or an empty text. */
export function adviceFor(row: Omit<EndpointRow, 'waiting'>): string {
  if (row.url === null) return 'there is no events URL: set events_url to be told of events'
  if (row.state === 'disabled') {
    const why = DISABLED_BECAUSE[row.disabled_reason ?? ''] ?? row.disabled_reason ?? 'it was disabled'
    return `no attempts are made, for ${why}: repair it, then enable it; what is held is then delivered, or dropped if you say so`
  }
  if (row.paused) {
    return `no attempts until ${row.paused_until?.toISOString()}, after ${row.failure_streak} failures in a row or a Retry-After: look at the last deliveries’ answers`
  }
  if (row.warned_at) {
    return `every attempt since ${row.first_failure_at?.toISOString()} failed, and after five days of that the URL is disabled: look at the last deliveries’ answers`
  }
  if (row.failure_streak > 0) {
    const failed = row.failure_streak === 1 ? 'the last attempt' : `the last ${row.failure_streak} attempts`
    return `${failed} failed: look at the last deliveries’ answers`
  }
  return ''
}

const iso = (time: Date | null): string | null => time?.toISOString() ?? null

export function endpointView(row: EndpointRow): EndpointHealth {
  const isHeld = row.state === 'disabled' || row.url === null
  const working = row.paused ? 'paused' : row.state
  return {
    url: row.url,
    state: row.url === null ? 'no_url' : row.state === 'disabled' ? 'disabled' : working,
    disabled_reason: row.disabled_reason,
    disabled_at: iso(row.disabled_at),
    breaker: row.paused ? 'open' : row.paused_until === null ? 'closed' : 'half_open',
    paused_until: row.paused ? iso(row.paused_until) : null,
    failure_streak: row.failure_streak,
    first_failure_at: iso(row.first_failure_at),
    last_failure_at: iso(row.last_failure_at),
    last_success_at: iso(row.last_success_at),
    warned_at: iso(row.warned_at),
    waiting: row.waiting,
    held: isHeld ? row.waiting : 0,
    dropped_before: iso(row.skip_before),
    concurrency: row.concurrency,
    rate_per_second: row.rate_per_second,
    advice: adviceFor(row),
  }
}
