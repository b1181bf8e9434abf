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
  kind: Type.Enum(['endpoint_disabled', 'endpoint_failing']),
  message: Type.String({ description: 'what happened and what to do, in English' }),
  url: OrNull(Type.String({ description: 'the events URL of that moment' })),
  reason: OrNull(Type.String()),
  failure_streak: Type.Integer(),
  first_failure_at: OrNull(Time),
  last_success_at: OrNull(Time),
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
}

function alertView({ id, kind, detail, created_at, seen_at }: AlertRow): AlertView {
  const iso = (time: string | null): string | null => time && new Date(time).toISOString()
  return {
    id: String(id),
    kind,
    message: MESSAGES[detail.reason ?? ''] ?? MESSAGES[kind]!,
    url: detail.url,
    reason: detail.reason,
    failure_streak: detail.failureStreak,
    first_failure_at: iso(detail.firstFailureAt),
    last_success_at: iso(detail.lastSuccessAt),
    created_at: created_at.toISOString(),
    seen_at: seen_at?.toISOString() ?? null,
  }
}
