import type { Database } from '../db/database.ts'
import { touchEndpoint } from './endpoint-store.ts'
import { type OwnApp, ownAppLocked } from './own-app.ts'
import { addSecret, expireSecrets, type SecretKind } from './secrets.ts'

export interface RotatedSecret {
  kind: SecretKind
  /** Shown here and never again. */
  secret: string
  /** Until when the secret before it still works. */
  previous_expires_at: string | null
}

/**
 * Puts a new secret in force beside the one before it, which still works for 24 hours; whatever was older dies now.
 * Calls to the app carry both signatures meanwhile (wire contract §5).
 * @throws 404 for an app that is not the developer's.
 */
export async function rotateSecret(
  { db }: { db: Database },
  { kind, ...named }: OwnApp & { kind: SecretKind },
): Promise<RotatedSecret> {
  return await db.transaction().execute(async (tx) => {
    const app = await ownAppLocked(tx, named)
    const expiresAt = await expireSecrets(tx, app.id, kind)
    const secret = await addSecret(tx, app.id, kind)
    if (kind === 'webhook_signing') await touchEndpoint(tx, app.id)
    return { kind, secret, previous_expires_at: expiresAt?.toISOString() ?? null }
  })
}
