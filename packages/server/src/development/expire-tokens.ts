import { sql } from 'kysely'
import { recordInvalidation } from '../access/invalidations.ts'
import type { AppsDeps } from '../apps/change-app.ts'

/**
 * Ends the access tokens of an app now, as if their hour were over: its refresh tokens go on working, and so does what
 * was subscribed to until the time that was said then. All nodes know within a second, this one at once.
 * @param userId of whoever gave them; absent: everybody.
 * @returns how many were ended.
 */
export async function expireTokens(
  { db, credentials }: AppsDeps,
  { appId, userId }: { appId: string; userId?: string | undefined },
): Promise<number> {
  const grants = await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ grant_id: string }>`
      update access_tokens t set expires_at = clock_timestamp()
      where t.app_id = ${appId} and t.revoked_at is null and t.expires_at > clock_timestamp()
        and (${userId ?? null}::uuid is null or t.user_id = ${userId ?? null}::uuid)
      returning t.grant_id`.execute(tx)
    for (const grantId of new Set(rows.map((row) => row.grant_id))) {
      await recordInvalidation(tx, 'grant', grantId)
    }
    return rows.map((row) => row.grant_id)
  })
  for (const grantId of new Set(grants)) credentials.forget(`grant:${grantId}`)
  return grants.length
}
