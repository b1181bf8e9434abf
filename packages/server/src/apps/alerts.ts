import * as Type from 'typebox'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { type AlertRow, listAlertRows, markAlertSeen } from './alert-store.ts'
import { type OwnApp, ownApp } from './own-app.ts'

const Time = Type.String({ format: 'date-time' })
const OrNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()])

/** Something about an app that its developer should know. */
export const AlertView = Type.Object({
  id: Type.String(),
  kind: Type.Enum([
    'endpoint_disabled',
    'endpoint_failing',
    'daily_quota_warning',
    'daily_quota_exceeded',
    'minute_limit_exceeded',
  ]),
  message: Type.String({ description: 'what happened and what to do, in English' }),
  url: OrNull(Type.String({ description: 'the events URL of that moment' })),
  reason: OrNull(Type.String()),
  failure_streak: OrNull(Type.Integer()),
  first_failure_at: OrNull(Time),
  last_success_at: OrNull(Time),
  quota: OrNull(
    Type.Object(
      { limit: Type.Integer(), used: Type.Integer(), resets_at: Time },
      { description: 'of an alert about the app’s own calls: how they stood at that moment' },
    ),
  ),
  created_at: Time,
  seen_at: OrNull(Time),
})
export type AlertView = Type.Static<typeof AlertView>

export interface AlertPage {
  /** Absent for both. */
  seen: boolean | undefined
  cursor: number | undefined
  /** 1 to 100. */
  limit: number
}

/**
 * The newest first, one more than the limit when there is another page.
 * @throws 404 for an app that is not the developer's.
 */
export async function listAlerts(
  { db }: { db: Database },
  { seen, cursor, limit, ...named }: OwnApp & AlertPage,
): Promise<AlertView[]> {
  const app = await ownApp(db, named)
  return (await listAlertRows(db, { appId: app.id, seen, cursor, limit: limit + 1 })).map(alertView)
}

/** Again changes nothing. @throws 404 for an app or an alert that is not the developer's. */
export async function seeAlert(
  { db }: { db: Database },
  { alertId, ...named }: OwnApp & { alertId: number | undefined },
): Promise<AlertView> {
  const app = await ownApp(db, named)
  const row = alertId === undefined ? null : await markAlertSeen(db, { appId: app.id, alertId })
  if (row) return alertView(row)
  throw new ApiError('NOT_FOUND', 'this app has no such alert: take an id from its list of alerts', {
    reason: 'ALERT_NOT_FOUND',
  })
}

const MESSAGES: Readonly<Record<string, string>> = {
  answered_410_gone:
    'The events URL answered 410 and is disabled: no attempts are made. Repair it or set another, then enable it; what came since is held.',
  failing_for_five_days:
    'Every attempt of five days failed and the events URL is disabled: no attempts are made. Repair it, then enable it; what came since is held.',
  endpoint_disabled:
    'The events URL is disabled: no attempts are made. Repair it, then enable it; what came since is held.',
  endpoint_failing:
    'Every attempt at the events URL has failed for two and a half days. After five days it is disabled: look at the last deliveries’ answers.',
  daily_quota_warning:
    'The app has made four fifths of the calls that it may make in a day. When all are made, calls are answered with 429 until the day (of UTC) ends: make fewer, or ask the marketplace for a higher limit.',
  daily_quota_exceeded:
    'The app has made all calls that it may make in a day: calls are answered with 429 until the day (of UTC) ends. Make fewer, or ask the marketplace for a higher limit.',
  minute_limit_exceeded:
    'The app made more calls in a minute than it may: those beyond were answered with 429. Wait as Retry-After says, and spread calls over time. This is told once an hour at most.',
}

const iso = (time: string | null | undefined): string | null => (time ? new Date(time).toISOString() : null)

const quotaOf = ({ limit, used, resetsAt }: AlertRow['detail']): AlertView['quota'] =>
  limit === undefined || used === undefined || resetsAt === undefined
    ? null
    : { limit, used, resets_at: new Date(resetsAt).toISOString() }

function alertView({ id, kind, detail, created_at, seen_at }: AlertRow): AlertView {
  return {
    id: String(id),
    kind,
    message: MESSAGES[detail.reason ?? ''] ?? MESSAGES[kind]!,
    url: detail.url ?? null,
    reason: detail.reason ?? null,
    failure_streak: detail.failureStreak ?? null,
    first_failure_at: iso(detail.firstFailureAt),
    last_success_at: iso(detail.lastSuccessAt),
    quota: quotaOf(detail),
    created_at: created_at.toISOString(),
    seen_at: seen_at?.toISOString() ?? null,
  }
}
