import type { Database } from '../db/database.ts'
import { type RevokeGrantDeps, revokeGrant } from './revoke-grant.ts'

/** Takes all of a deleted person's consents back, one transaction each; apps that may hear of it do. */
export async function revokeGrantsOf(
  deps: RevokeGrantDeps,
  userId: string,
  signal: AbortSignal,
): Promise<void> {
  for (const grantId of await aliveGrants(deps.db, userId)) {
    if (signal.aborted) return
    await revokeGrant(deps, { grantId, reason: 'user_deleted', userId })
  }
}

async function aliveGrants(db: Database, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('grants')
    .select('id')
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}
