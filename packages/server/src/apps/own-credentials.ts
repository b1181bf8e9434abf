import { sql } from 'kysely'
import { recordInvalidation } from '../access/invalidations.ts'
import type { Tx } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { hashSecret, newId } from '../ids.ts'
import type { DevelopmentCredentials } from './development-credentials.ts'
import type { AppRow } from './store.ts'

/** Credentials that an app has in its own configuration already; for development alone. */
export type OwnCredentials = Partial<Pick<DevelopmentCredentials, 'apiKey' | 'clientSecret'>>

const OWN_SECRET = /^[\x21-\x7e]{1,4096}$/
const HINT_LENGTH = 8

/** What is wrong with a key or secret that a developer brings, or undefined. Never quotes it. */
export const ownSecretFault = (secret: string): string | undefined =>
  OWN_SECRET.test(secret)
    ? undefined
    : 'must be 1 to 4096 visible ASCII characters: letters, digits and signs, without spaces'

/**
 * Puts them in force beside what the app has; kept hashed, as all are.
 * @throws 409 when the key is another app's.
 */
export async function adoptOwnCredentials(
  tx: Tx,
  app: AppRow,
  { own, permissions }: { own: OwnCredentials; permissions: readonly string[] },
): Promise<void> {
  if (own.apiKey !== undefined) await adoptKey(tx, app, own.apiKey, permissions)
  if (own.clientSecret !== undefined) await adoptClientSecret(tx, app, own.clientSecret)
}

async function adoptKey(tx: Tx, app: AppRow, key: string, permissions: readonly string[]): Promise<void> {
  const adopted = await tx
    .insertInto('api_keys')
    .values({
      id: newId(),
      app_id: app.id,
      name: 'own',
      hash: hashSecret(key),
      hint: key.slice(0, Math.min(HINT_LENGTH, Math.floor(key.length / 3))),
      permissions: [...permissions],
    })
    // One that was revoked is wanted again.
    .onConflict((conflict) =>
      conflict
        .column('hash')
        .doUpdateSet({ revoked_at: null, permissions: [...permissions] })
        .where('api_keys.app_id', '=', app.id),
    )
    .returning('id')
    .executeTakeFirst()
  if (!adopted) throw keyTaken(app.slug)
  await recordInvalidation(tx, 'key', adopted.id)
}

async function adoptClientSecret(tx: Tx, app: AppRow, secret: string): Promise<void> {
  const hash = hashSecret(secret)
  const { numUpdatedRows } = await tx
    .updateTable('app_secrets')
    .set({ expires_at: null })
    .where('app_id', '=', app.id)
    .where('kind', '=', 'oauth_client')
    .where('hash', '=', hash)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return
  await tx
    .insertInto('app_secrets')
    .values({
      id: newId(),
      app_id: app.id,
      kind: 'oauth_client',
      hash,
      signing_secret: null,
      created_at: sql<Date>`clock_timestamp()`,
    })
    .execute()
}

const keyTaken = (slug: string): ApiError =>
  new ApiError(
    'ALREADY_EXISTS',
    `api_key is the key of another app, and a key names its app: give ${slug} a key of its own, or revoke this one and choose another`,
    { reason: 'KEY_OF_ANOTHER_APP' },
  )
