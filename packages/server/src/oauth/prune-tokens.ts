import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'

/**
 * How long after its expiry a code or token is still known, one day more than a refresh token lives: whoever uses a
 * code twice, or a refresh token that was exchanged long ago, is found out for as long (wire contract §7).
 */
const REMEMBERED = sql`now() - interval '31 days'`

/** Removes codes and tokens that expired 31 days ago; after that they are unknown. Revoked ones expire as others do. */
export async function pruneTokens(db: Database, signal: AbortSignal): Promise<void> {
  for (const table of ['authorization_codes', 'access_tokens', 'refresh_tokens']) {
    await deleteInBatches({ db, signal }, { table, by: sql`t.expires_at`, before: REMEMBERED })
  }
}
