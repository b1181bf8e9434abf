import { sql } from 'kysely'
import * as Type from 'typebox'
import type { CallLimitDefaults } from '../access/call-limits.ts'
import type { Database } from '../db/database.ts'

const WindowView = Type.Object({
  limit: Type.Union([Type.Integer(), Type.Null()], { description: 'calls in one window; null for no limit' }),
  is_default: Type.Boolean({ description: 'the host has set no other limit for the app' }),
  used: Type.Union([Type.Integer(), Type.Null()], {
    description: 'calls of the present window, with those that nodes hold ready; null without a limit',
  }),
  resets_at: Type.String({ format: 'date-time' }),
})

/** How many calls an app may make, and how many of them it has made (wire contract §12). */
export const AppLimitsView = Type.Object({ per_minute: WindowView, per_day: WindowView })
export type AppLimitsView = Type.Static<typeof AppLimitsView>

interface LimitRow {
  slug: string
  calls_per_minute: number | null
  calls_per_day: number | null
  minute_used: number
  day_used: number
  minute_ends: Date
  day_ends: Date
}

/** By slug; an app that is unknown is left out. */
export async function readAppLimits(
  db: Database,
  defaults: CallLimitDefaults,
  slugs: readonly string[],
): Promise<Map<string, AppLimitsView>> {
  const { rows } = await sql<LimitRow>`
    select a.slug, a.calls_per_minute, a.calls_per_day, m.used as minute_used, d.used as day_used,
      m.ends as minute_ends, d.ends as day_ends
    from apps a
    cross join lateral (${usedNow('app_minute')}) m
    cross join lateral (${usedNow('app_day')}) d
    where a.slug = any (${slugs}::text[])`.execute(db)
  return new Map(rows.map((row) => [row.slug, view(row, defaults)]))
}

const usedNow = (kind: 'app_minute' | 'app_day') => sql`
  select coalesce(q.used, 0) as used, w.began + quota_window_length(${kind}) as ends
  from (select quota_window_start(${kind}, a.id, now()) as began offset 0) w
  left join quota_windows q on q.subject_id = a.id and q.kind = ${kind} and q.started_at = w.began`

const view = (row: LimitRow, defaults: CallLimitDefaults): AppLimitsView => ({
  per_minute: windowView(row.calls_per_minute, defaults.perMinute, row.minute_used, row.minute_ends),
  per_day: windowView(row.calls_per_day, defaults.perDay, row.day_used, row.day_ends),
})

function windowView(own: number | null, usual: number, used: number, ends: Date): AppLimitsView['per_day'] {
  const limit = own ?? usual
  return {
    limit: limit === 0 ? null : limit,
    is_default: own === null,
    used: limit === 0 ? null : used,
    resets_at: ends.toISOString(),
  }
}
