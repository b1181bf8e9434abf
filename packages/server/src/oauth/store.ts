import { SCOPE_ALIASES } from '@charsu/protocol/scope-catalogue'
import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import { hashSecret, newId } from '../ids.ts'
import type { ProofKey } from './authorize-query.ts'

/** An app as OAuth sees it. */
export interface OAuthClient {
  id: string
  slug: string
  displayName: string
  avatarUrl: string | null
  development: boolean
  redirectUris: readonly string[]
  /** Canonical names. */
  approvedScopes: ReadonlySet<string>
}

/** NUL and broken Unicode would be refused by the database instead of being unknown. */
const SLUG = /^[A-Za-z0-9-]{1,64}$/

export async function findClient(db: Database, slug: string): Promise<OAuthClient | null> {
  if (!SLUG.test(slug)) return null
  const row = await db
    .selectFrom('apps as a')
    .select(['a.id', 'a.slug', 'a.display_name', 'a.avatar_url', 'a.development', 'a.redirect_uris'])
    .select(
      sql<
        string[]
      >`array(select s.name from app_scopes s where s.app_id = a.id and s.approved_at is not null)`.as(
        'approved',
      ),
    )
    .where('a.slug', '=', slug)
    .executeTakeFirst()
  if (!row) return null
  return {
    id: row.id,
    slug: row.slug,
    displayName: row.display_name,
    avatarUrl: row.avatar_url,
    development: row.development,
    redirectUris: row.redirect_uris,
    approvedScopes: new Set(row.approved.map(canonicalName)),
  }
}

/** Approvals may have been given under an older name. */
const canonicalName = (name: string): string => SCOPE_ALIASES[name] ?? name

/** When the secret stops working: null for never, undefined when it is none of the app's. */
export async function clientSecretEnd(
  db: Database,
  appId: string,
  secret: string,
): Promise<Date | null | undefined> {
  const row = await db
    .selectFrom('app_secrets')
    .select('expires_at')
    .where('app_id', '=', appId)
    .where('kind', '=', 'oauth_client')
    .where('hash', '=', hashSecret(secret))
    .executeTakeFirst()
  return row?.expires_at
}

/** Adds scopes to the user's standing grant, or begins one; earlier tokens keep what they carry. */
export async function addToGrant(
  tx: Tx,
  input: { appId: string; userId: string; scopes: readonly string[] },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into grants (id, app_id, user_id, scopes)
    values (${newId()}, ${input.appId}, ${input.userId}, ${[...input.scopes]})
    on conflict (app_id, user_id) where revoked_at is null do update set
      scopes = grants.scopes || array(
        select s from unnest(excluded.scopes) with ordinality as asked (s, n)
        where s <> all (grants.scopes) order by n),
      updated_at = now(), version = grants.version + 1, changed_xid = pg_current_xact_id()
    returning id`.execute(tx)
  return rows[0]!.id
}

export interface NewCode {
  code: string
  grantId: string
  appId: string
  userId: string
  redirectUri: string
  scopes: readonly string[]
  proofKey: ProofKey | null
  expiresAt: Date
}

/** @returns false when this very code was given before. */
export async function insertCode(tx: Tx, code: NewCode): Promise<boolean> {
  const row = await tx
    .insertInto('authorization_codes')
    .values({
      hash: hashSecret(code.code),
      grant_id: code.grantId,
      app_id: code.appId,
      user_id: code.userId,
      redirect_uri: code.redirectUri,
      scopes: [...code.scopes],
      code_challenge: code.proofKey?.challenge ?? null,
      code_challenge_method: code.proofKey?.method ?? null,
      expires_at: code.expiresAt,
    })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .returning('hash')
    .executeTakeFirst()
  return row !== undefined
}

export interface EndedGrant {
  app_id: string
  user_id: string
  scopes: string[]
}

/** @returns undefined when no such grant was alive, or it is not `userId`'s where one is given. */
export const endGrant = (
  tx: Tx,
  grant: { grantId: string; userId?: string | undefined; reason: string },
): Promise<EndedGrant | undefined> =>
  tx
    .updateTable('grants')
    .set({
      revoked_at: sql<Date>`now()`,
      revoked_reason: grant.reason,
      version: sql<number>`version + 1`,
      changed_xid: sql<string>`pg_current_xact_id()`,
    })
    .where('id', '=', grant.grantId)
    .where('revoked_at', 'is', null)
    .$if(grant.userId !== undefined, (query) => query.where('user_id', '=', grant.userId ?? ''))
    .returning(['app_id', 'user_id', 'scopes'])
    .executeTakeFirst()

export async function endSubscriptionsOfGrant(tx: Tx, grantId: string): Promise<void> {
  await tx
    .updateTable('subscriptions')
    .set({ ended_at: sql<Date>`now()` })
    .where('grant_id', '=', grantId)
    .where('ended_at', 'is', null)
    .execute()
}
