import { randomBytes } from 'node:crypto'
import { webhookSecret } from '@charsu/protocol/webhook-signature'
import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { hashSecret, newId, newSecret } from '../ids.ts'

export type SecretKind = 'oauth_client' | 'webhook_signing'

const WEBHOOK_SECRET_BYTES = 32

/** How long the secret that is rotated out still works (wire contract §5: 24 h of two signatures). */
const OVERLAP = sql`interval '24 hours'`

/** Makes a secret and returns it: the only moment at which it can be shown. */
export async function addSecret(tx: Tx, appId: string, kind: SecretKind): Promise<string> {
  const client = kind === 'oauth_client'
  const secret = client ? newSecret('cx') : webhookSecret(randomBytes(WEBHOOK_SECRET_BYTES))
  await tx
    .insertInto('app_secrets')
    .values({
      id: newId(),
      app_id: appId,
      kind,
      hash: client ? hashSecret(secret) : null,
      signing_secret: client ? null : secret,
      // Not now(), the transaction's beginning: a rotation that waited for another must come out newer.
      created_at: sql<Date>`clock_timestamp()`,
    })
    .execute()
  return secret
}

/**
 * Lets the newest secret run out after the overlap and drops all older ones, so that with the next at most two are
 * alive. The caller holds the app's row.
 * @returns when the newest runs out; null when there was none.
 */
export async function expireSecrets(tx: Tx, appId: string, kind: SecretKind): Promise<Date | null> {
  const expiring = await tx
    .updateTable('app_secrets')
    .set({ expires_at: sql<Date>`clock_timestamp() + ${OVERLAP}` })
    .where('app_id', '=', appId)
    .where('kind', '=', kind)
    .where('expires_at', 'is', null)
    .returning(['id', 'expires_at'])
    .execute()
  let others = tx.deleteFrom('app_secrets').where('app_id', '=', appId).where('kind', '=', kind)
  if (expiring.length > 0)
    others = others.where(
      'id',
      'not in',
      expiring.map(({ id }) => id),
    )
  await others.execute()
  return expiring[0]?.expires_at ?? null
}
