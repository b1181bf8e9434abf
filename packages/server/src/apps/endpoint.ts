import * as Type from 'typebox'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { type EndpointRow, enableEndpoint, loadEndpoint, MOST_COUNTED } from './endpoint-store.ts'
import { type OwnApp, ownApp } from './own-app.ts'

const Time = Type.Union([Type.String({ format: 'date-time' }), Type.Null()])

/** How the app's events URL fares. */
export const EndpointHealth = Type.Object({
  url: Type.Union([Type.String(), Type.Null()]),
  state: Type.Enum(['no_url', 'enabled', 'paused', 'disabled']),
  disabled_reason: Type.Union([Type.String(), Type.Null()]),
  paused_until: Time,
  failure_streak: Type.Integer(),
  first_failure_at: Time,
  last_failure_at: Time,
  last_success_at: Time,
  waiting: Type.Integer({
    description: `deliveries not finished yet; ${MOST_COUNTED} stands for that or more`,
  }),
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
    return `no attempts are made, for ${why}: repair it, then enable it; what waits will be delivered`
  }
  if (row.paused) {
    return `no attempts until ${row.paused_until?.toISOString()}, after ${row.failure_streak} failures in a row or a Retry-After: look at the last deliveries’ answers`
  }
  if (row.failure_streak > 0) {
    return `the last ${row.failure_streak} attempts failed: look at the last deliveries’ answers`
  }
  return ''
}

const iso = (time: Date | null): string | null => time?.toISOString() ?? null

/** @throws 404 for an app that is not the developer's. */
export async function readEndpoint({ db }: { db: Database }, named: OwnApp): Promise<EndpointHealth> {
  const app = await ownApp(db, named)
  const row = await loadEndpoint(db, app.id)
  if (!row) throw new Error(`app ${app.id} has no endpoint`)
  const working = row.paused ? 'paused' : row.state
  return {
    url: row.url,
    state: row.url === null ? 'no_url' : row.state === 'disabled' ? 'disabled' : working,
    disabled_reason: row.disabled_reason,
    paused_until: row.paused ? iso(row.paused_until) : null,
    failure_streak: row.failure_streak,
    first_failure_at: iso(row.first_failure_at),
    last_failure_at: iso(row.last_failure_at),
    last_success_at: iso(row.last_success_at),
    waiting: row.waiting,
    advice: adviceFor(row),
  }
}

/**
 * Lets deliveries go out again; those that waited go first.
 * @throws 404, and 412 when the endpoint is not disabled.
 */
export async function reenableEndpoint({ db }: { db: Database }, named: OwnApp): Promise<EndpointHealth> {
  const app = await ownApp(db, named)
  if (!(await enableEndpoint(db, app.id))) {
    throw new ApiError('FAILED_PRECONDITION', 'the endpoint is not disabled, so there is nothing to enable', {
      reason: 'ENDPOINT_NOT_DISABLED',
    })
  }
  return await readEndpoint({ db }, named)
}
