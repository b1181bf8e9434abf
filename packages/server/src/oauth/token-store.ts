import { sql } from 'kysely'
import { recordInvalidation } from '../access/invalidations.ts'
import type { Tx } from '../db/database.ts'
import { hashSecret } from '../ids.ts'

/** Codes and tokens. Within a transaction the grant is locked first, then refresh tokens, then access tokens. */

export interface CodeRow {
  hash: Buffer
  app_id: string
  user_id: string
  grant_id: string
  redirect_uri: string
  scopes: string[]
  code_challenge: string | null
  code_challenge_method: string | null
  expires_at: Date
  used_at: Date | null
  grant_revoked_at: Date | null
}

export const findCode = (tx: Tx, code: string): Promise<CodeRow | undefined> =>
  tx
    .selectFrom('authorization_codes as c')
    .innerJoin('grants as g', 'g.id', 'c.grant_id')
    .selectAll('c')
    .select('g.revoked_at as grant_revoked_at')
    .where('c.hash', '=', hashSecret(code))
    .executeTakeFirst()

/** Of several exchanges of one code at once one wins; the others learn here that it is used. */
export async function useCode(tx: Tx, hash: Buffer, now: Date): Promise<boolean> {
  const won = await tx
    .updateTable('authorization_codes')
    .set({ used_at: now })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .returning('hash')
    .executeTakeFirst()
  return won !== undefined
}

async function lockGrant(tx: Tx, grantId: string): Promise<void> {
  await tx.selectFrom('grants').select('id').where('id', '=', grantId).forNoKeyUpdate().execute()
}

/** Kills every token that descends from a code, by whatever number of refreshes. */
export async function revokeTokensOfCode(
  tx: Tx,
  from: { grantId: string; codeHash: Buffer | null },
): Promise<void> {
  // One such revocation at a time: two would lock the same tokens in orders of their own.
  await lockGrant(tx, from.grantId)
  for (const table of ['refresh_tokens', 'access_tokens'] as const) {
    await tx
      .updateTable(table)
      .set({ revoked_at: sql<Date>`now()` })
      .where('grant_id', '=', from.grantId)
      .where(sql<boolean>`code_hash is not distinct from ${from.codeHash}`)
      .where('revoked_at', 'is', null)
      .execute()
  }
  await endSubscriptionsOfDeadTokens(tx, from.grantId)
  await recordInvalidation(tx, 'grant', from.grantId)
}

/** A subscription lives as long as the token it was made with (wire contract §4). */
async function endSubscriptionsOfDeadTokens(tx: Tx, grantId: string): Promise<void> {
  await tx
    .updateTable('subscriptions as s')
    .set({ ended_at: sql<Date>`now()` })
    .where('s.grant_id', '=', grantId)
    .where('s.ended_at', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('access_tokens as t')
          .select('t.id')
          .whereRef('t.id', '=', 's.token_id')
          .where('t.revoked_at', 'is not', null),
      ),
    )
    .execute()
}

/** Kills every token of a grant whose row the transaction has locked. */
export async function revokeTokensOfGrant(tx: Tx, grantId: string): Promise<void> {
  for (const table of ['refresh_tokens', 'access_tokens'] as const) {
    await tx
      .updateTable(table)
      .set({ revoked_at: sql<Date>`now()` })
      .where('grant_id', '=', grantId)
      .where('revoked_at', 'is', null)
      .execute()
  }
  await recordInvalidation(tx, 'grant', grantId)
}

/** Kills one access token. `app_id` tells whose it is; of another app than `appId` it stays as it was. */
export async function revokeAccessToken(
  tx: Tx,
  token: string,
  appId: string,
): Promise<{ app_id: string; grant_id: string } | undefined> {
  const hash = hashSecret(token)
  const row = await tx
    .selectFrom('access_tokens')
    .select(['app_id', 'grant_id'])
    .where('hash', '=', hash)
    .executeTakeFirst()
  if (row?.app_id !== appId) return row
  await tx
    .updateTable('access_tokens')
    .set({ revoked_at: sql<Date>`now()` })
    .where('hash', '=', hash)
    .where('revoked_at', 'is', null)
    .execute()
  await endSubscriptionsOfDeadTokens(tx, row.grant_id)
  await recordInvalidation(tx, 'grant', row.grant_id)
  return row
}

export interface RefreshRow {
  id: string
  app_id: string
  user_id: string
  grant_id: string
  scopes: string[]
  code_hash: Buffer | null
  expires_at: Date
  rotated_at: Date | null
  revoked_at: Date | null
  grant_revoked_at: Date | null
}

export const findRefreshToken = (tx: Tx, token: string): Promise<RefreshRow | undefined> =>
  tx
    .selectFrom('refresh_tokens as t')
    .innerJoin('grants as g', 'g.id', 't.grant_id')
    .select([
      't.id',
      't.app_id',
      't.user_id',
      't.grant_id',
      't.scopes',
      't.code_hash',
      't.expires_at',
      't.rotated_at',
      't.revoked_at',
      'g.revoked_at as grant_revoked_at',
    ])
    .where('t.hash', '=', hashSecret(token))
    .executeTakeFirst()

/**
 * Marks a refresh token as exchanged, from when the pair it belongs to has `overlapMs` left to live.
 * @returns false when it was revoked, or first exchanged longer ago than that.
 */
export async function rotateRefreshToken(
  tx: Tx,
  token: { id: string; grantId: string },
  time: { now: number; overlapMs: number },
): Promise<boolean> {
  const { now, overlapMs } = time
  // A revocation of the grant's tokens that runs at the same time must see the pair that is about to be made.
  await lockGrant(tx, token.grantId)
  const won = await tx
    .updateTable('refresh_tokens')
    .set({ rotated_at: sql<Date>`coalesce(rotated_at, ${new Date(now)})` })
    .where('id', '=', token.id)
    .where('revoked_at', 'is', null)
    .where((or) => or.or([or('rotated_at', 'is', null), or('rotated_at', '>', new Date(now - overlapMs))]))
    .returning('rotated_at')
    .executeTakeFirst()
  if (!won?.rotated_at) return false
  const end = new Date(won.rotated_at.getTime() + overlapMs)
  // A refresh token has the id of the access token it was given with.
  const shortened = await tx
    .updateTable('access_tokens')
    .set({ expires_at: end })
    .where('id', '=', token.id)
    .where('expires_at', '>', end)
    .returning('id')
    .executeTakeFirst()
  if (shortened) await recordInvalidation(tx, 'grant', token.grantId)
  return true
}

export interface NewTokens {
  /** Of both tokens. */
  id: string
  appId: string
  userId: string
  grantId: string
  codeHash: Buffer | null
  access: { token: string; scopes: readonly string[]; expiresAt: Date }
  refresh: { token: string; scopes: readonly string[]; expiresAt: Date } | null
}

export async function insertTokens(tx: Tx, tokens: NewTokens): Promise<void> {
  const common = {
    id: tokens.id,
    app_id: tokens.appId,
    user_id: tokens.userId,
    grant_id: tokens.grantId,
    code_hash: tokens.codeHash,
  }
  const row = ({ token, scopes, expiresAt }: NewTokens['access']) => ({
    ...common,
    hash: hashSecret(token),
    scopes: [...scopes],
    expires_at: expiresAt,
  })
  await tx.insertInto('access_tokens').values(row(tokens.access)).execute()
  if (tokens.refresh) await tx.insertInto('refresh_tokens').values(row(tokens.refresh)).execute()
}
