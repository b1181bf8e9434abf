import { recordInvalidation } from '../access/invalidations.ts'
import type { Database, Tx } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import type { AppApproval } from './app-approval.ts'
import {
  answerSubmission,
  endSubscriptionsBeyond,
  setApprovedNames,
  widenSubscriptions,
} from './app-store.ts'

export interface DecideAppDeps {
  db: Database
  /** Drops what this node has cached under a tag such as `app:{id}`. */
  forget(tag: string): void
}

/**
 * Takes an app into production with the scopes and permissions that the host names, or takes its approval back
 * (wire contract §12). An app whose approval is taken back does not become a development app again, for that
 * would give it every scope: it stays in production with nothing approved. It hears no more events, not even those
 * that wait for their delivery, and its buttons stop working.
 * @throws 404 unknown app.
 */
export async function decideApp(
  { db, forget }: DecideAppDeps,
  slug: string,
  decision: AppApproval,
): Promise<void> {
  const appId = await db.transaction().execute((tx) => writeDecision(tx, slug, decision))
  if (appId) forget(`app:${appId}`)
}

/** @returns the app of which every node has to forget what it holds once this is committed; null for none. */
export async function writeDecision(tx: Tx, slug: string, decision: AppApproval): Promise<string | null> {
  const app = await answerSubmission(tx, slug, decision.approved)
  if (!app) throw unknownApp(slug)
  // Declined: nothing was ever approved that could be taken back.
  if (app.development) return null
  await setApprovedNames(tx, 'app_scopes', app.id, decision.scopes)
  await setApprovedNames(tx, 'app_permissions', app.id, decision.permissions)
  await endSubscriptionsBeyond(tx, app.id, decision.scopes)
  await widenSubscriptions(tx, app.id)
  await recordInvalidation(tx, 'app', app.id)
  return app.id
}

export const unknownApp = (slug: string): ApiError =>
  new ApiError(
    'NOT_FOUND',
    `there is no app ${JSON.stringify(slug.slice(0, 60))}: see GET /host/v1/apps for all of them`,
    { reason: 'APP_UNKNOWN' },
  )
