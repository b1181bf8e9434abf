import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import { readSetting, writeSetting } from '../db/instance-settings.ts'
import { hashSecret, newId, newSecret } from '../ids.ts'
import { insertKey } from './key-store.ts'
import { addSecret } from './secrets.ts'
import type { AppRow } from './store.ts'

/** Secrets in the clear, which a production database never holds: on a developer's machine everyone may know these. */
export interface DevelopmentCredentials {
  clientSecret: string
  apiKey: string
  webhookSecret: string
}

/** What is kept of an app that was made for a developer's machine, beside the app itself. */
export interface DevelopmentRecord extends DevelopmentCredentials {
  /** Where the app says that it listens; null when it was never said. */
  url: string | null
  /** The Host header that calls to the app carry instead of their own. */
  hostHeader: string | null
}

const settingOf = (slug: string): string => `development_app:${slug}`
const HINT_LENGTH = 8

/** Nobody else makes or mends this app until the transaction ends. */
export async function lockDevelopmentApp(tx: Tx, slug: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${settingOf(slug)}, 0))`.execute(tx)
}

export const readRecord = (tx: Tx, slug: string): Promise<DevelopmentRecord | null> =>
  readSetting<DevelopmentRecord>(tx, settingOf(slug))

/** What an app that lives in this very program knows of itself; null before it is made. */
export const knownCredentials = (db: Database, slug: string): Promise<DevelopmentCredentials | null> =>
  readSetting<DevelopmentRecord>(db, settingOf(slug))

export const writeRecord = (tx: Tx, slug: string, record: DevelopmentRecord): Promise<void> =>
  writeSetting(tx, settingOf(slug), record)

/** Those of the known credentials that still work: keys are revoked and secrets rotated in the console. */
export async function livingCredentials(
  tx: Tx,
  appId: string,
  known: DevelopmentCredentials,
): Promise<Partial<DevelopmentCredentials>> {
  const { rows } = await sql<Record<keyof DevelopmentCredentials, boolean>>`
    select
      exists (select 1 from api_keys k where k.app_id = ${appId} and k.revoked_at is null
        and k.hash = ${hashSecret(known.apiKey)}) as "apiKey",
      exists (select 1 from app_secrets s where s.app_id = ${appId}
        and (s.expires_at is null or s.expires_at > now())
        and s.hash = ${hashSecret(known.clientSecret)}) as "clientSecret",
      exists (select 1 from app_secrets s where s.app_id = ${appId}
        and (s.expires_at is null or s.expires_at > now())
        and s.signing_secret = ${known.webhookSecret}) as "webhookSecret"`.execute(tx)
  const alive = rows[0]
  return {
    ...(alive?.apiKey && { apiKey: known.apiKey }),
    ...(alive?.clientSecret && { clientSecret: known.clientSecret }),
    ...(alive?.webhookSecret && { webhookSecret: known.webhookSecret }),
  }
}

/** Makes what is missing. It comes beside what the developer has made since, which goes on working. */
export async function addMissing(
  tx: Tx,
  app: AppRow,
  { alive, permissions }: { alive: Partial<DevelopmentCredentials>; permissions: readonly string[] },
): Promise<DevelopmentCredentials> {
  return {
    clientSecret: alive.clientSecret ?? (await addSecret(tx, app.id, 'oauth_client')),
    webhookSecret: alive.webhookSecret ?? (await addSecret(tx, app.id, 'webhook_signing')),
    apiKey: alive.apiKey ?? (await addKey(tx, app, permissions)),
  }
}

async function addKey(tx: Tx, app: AppRow, permissions: readonly string[]): Promise<string> {
  const key = newSecret('ck')
  await insertKey(tx, {
    id: newId(),
    app_id: app.id,
    name: 'development',
    hash: hashSecret(key),
    hint: key.slice(0, HINT_LENGTH),
    permissions: [...permissions],
  })
  return key
}
