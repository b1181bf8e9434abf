import { parseScope } from '@charsu/protocol/scopes'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { hashSecret } from '../ids.ts'
import type { AppCaller, UserCaller, UserToken } from './callers.ts'

/** Reads of the rows behind each credential. All return null for what is unknown, revoked or expired. */

export async function loadApiKey(db: Database, key: string): Promise<AppCaller | null> {
  const row = await db
    .selectFrom('api_keys as k')
    .innerJoin('apps as a', 'a.id', 'k.app_id')
    .select([
      'k.id as key_id',
      'a.id as app_id',
      'a.slug',
      'a.display_name',
      'a.development',
      'a.calls_per_minute',
      'a.calls_per_day',
      'k.permissions',
    ])
    // A production app keeps only what the host approved, also under keys made before.
    .select(
      sql<
        string[]
      >`array(select p.name from app_permissions p where p.app_id = a.id and p.approved_at is not null)`.as(
        'approved',
      ),
    )
    .where('k.hash', '=', hashSecret(key))
    .where('k.revoked_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  const allowed = row.development
    ? row.permissions
    : row.permissions.filter((name) => row.approved.includes(name))
  return {
    keyId: row.key_id,
    appId: row.app_id,
    slug: row.slug,
    displayName: row.display_name,
    development: row.development,
    permissions: new Set(allowed),
    callLimits: { perMinute: row.calls_per_minute, perDay: row.calls_per_day },
  }
}

export async function loadAccessToken(db: Database, token: string): Promise<UserToken | null> {
  const row = await db
    .selectFrom('access_tokens as t')
    .innerJoin('grants as g', 'g.id', 't.grant_id')
    .innerJoin('apps as a', 'a.id', 't.app_id')
    .innerJoin('users as u', 'u.id', 't.user_id')
    .select(['t.id', 't.app_id', 't.user_id', 't.grant_id', 't.scopes', 't.expires_at', 'a.development'])
    // A production app keeps only what the host approved, also of consents given before.
    .select(
      sql<
        string[]
      >`array(select s.name from app_scopes s where s.app_id = a.id and s.approved_at is not null)`.as(
        'approved',
      ),
    )
    .where('t.hash', '=', hashSecret(token))
    .where('t.revoked_at', 'is', null)
    .where('g.revoked_at', 'is', null)
    .where('u.deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  const scopes = new Set<string>()
  for (const text of row.scopes) {
    const parsed = parseScope(text)
    if (!parsed.ok) continue
    const { name, canonical } = parsed.scope
    if (row.development || row.approved.includes(name)) scopes.add(canonical)
  }
  return {
    tokenId: row.id,
    appId: row.app_id,
    userId: row.user_id,
    grantId: row.grant_id,
    scopes,
    expiresAt: row.expires_at.getTime(),
  }
}

export async function loadSession(db: Database, secret: string): Promise<UserCaller | null> {
  const sessionHash = hashSecret(secret)
  const row = await db
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .select(['u.id', 'u.host_id', 'u.name', 'u.locale'])
    .select(['u.developer', 'u.operator', 'u.blacklisted', 's.expires_at'])
    .where('s.hash', '=', sessionHash)
    .where('u.deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  return {
    userId: row.id,
    hostId: row.host_id,
    name: row.name,
    locale: row.locale,
    developer: row.developer,
    operator: row.operator,
    blacklisted: row.blacklisted,
    sessionHash,
    expiresAt: row.expires_at.getTime(),
  }
}
