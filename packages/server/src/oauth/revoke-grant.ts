import { parseScope, type ScopeName } from '@charsu/protocol/scopes'
import type { AppUserIds } from '../access/app-user-ids.ts'
import type { Authenticator } from '../access/authenticator.ts'
import type { Database, Tx } from '../db/database.ts'
import { endGrant, endSubscriptionsOfGrant } from './store.ts'
import { revokeTokensOfGrant } from './token-store.ts'

export type RevocationReason = 'user' | 'host' | 'refresh_token_reused' | 'user_deleted'

export interface RevokeInTxDeps {
  userIds: AppUserIds
  publishFact: (
    tx: Tx,
    fact: { type: string; appId: string; userId: string; payload: unknown },
  ) => Promise<void>
}

export interface RevokeGrantDeps extends RevokeInTxDeps {
  db: Database
  authenticator: Pick<Authenticator, 'forget'>
}

export interface Revocation {
  grantId: string
  reason: RevocationReason
  /** Only if the grant is this user's. */
  userId?: string
}

/**
 * Takes a user's consent back (wire contract §7): tokens die, on other nodes within a second; subscriptions end;
 * deliveries not yet made are cancelled as they come up, because each attempt reads its grant first; and the app
 * hears of it if it was allowed to.
 * @returns false when there was no such grant alive.
 */
export async function revokeGrant(deps: RevokeGrantDeps, revocation: Revocation): Promise<boolean> {
  const revoked = await deps.db.transaction().execute((tx) => revokeGrantInTx(deps, tx, revocation))
  if (revoked) deps.authenticator.forget(`grant:${revocation.grantId}`)
  return revoked
}

/** The same within a transaction; its owner forgets `grant:{grantId}` after the commit. */
export async function revokeGrantInTx(
  deps: RevokeInTxDeps,
  tx: Tx,
  revocation: Revocation,
): Promise<boolean> {
  const { grantId, reason, userId } = revocation
  const grant = await endGrant(tx, { grantId, userId, reason })
  if (!grant) return false
  await revokeTokensOfGrant(tx, grantId)
  await endSubscriptionsOfGrant(tx, grantId)
  if (holds(grant.scopes, 'NOTIFICATION_ACCESS_REVOCATION') && holds(grant.scopes, 'USER_ID')) {
    const user_id = deps.userIds.toPublic(grant.app_id, grant.user_id)
    await deps.publishFact(tx, {
      type: 'USER_ACCESS_REVOCATION',
      appId: grant.app_id,
      userId: grant.user_id,
      payload: { user_id },
    })
  }
  return true
}

const holds = (scopes: readonly string[], name: ScopeName): boolean =>
  scopes.some((text) => {
    const parsed = parseScope(text)
    return parsed.ok && parsed.scope.name === name
  })
