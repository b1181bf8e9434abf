import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { readSetting, writeSetting } from '../db/instance-settings.ts'
import { ApiError } from '../errors.ts'
import { hashSecret } from '../ids.ts'
import { createApiKey } from './api-keys.ts'
import { createApp } from './create-app.ts'
import { rotateSecret } from './rotate-secret.ts'
import { findApp } from './store.ts'

/** Where the example app listens unless it is told otherwise. */
export const DEVELOPMENT_APP_URL = 'http://127.0.0.1:4500'
export const DEVELOPMENT_APP_SLUG = 'visit-planner'

/** What the example app needs to run; a credential that its developer has changed since is not known, and null. */
export interface DevelopmentApp {
  clientId: string
  clientSecret: string | null
  apiKey: string | null
  identificationKey: string | null
  webhookSecret: string | null
  /** The app's own origin. */
  url: string
  eventsUrl: string
}

/** Secrets in the clear, which a production database never holds: everyone may know these. */
interface Credentials {
  clientSecret: string
  apiKey: string
  identificationKey: string
  webhookSecret: string
}

const SETTING = 'development_app'
const EVENTS_URL = `${DEVELOPMENT_APP_URL}/charsu/events`
/** More than the example needs: whoever tries calls by hand finds nothing in the way. */
const PERMISSIONS = [
  'CHAT_SEND_MESSAGE_OAUTH',
  'CHAT_BOT_SEND_MESSAGE',
  'CHAT_READ_CONVERSATION',
  'CHAT_UPLOAD_MEDIA',
  'EVENTS_REGISTER_SUBSCRIPTION',
  'EVENTS_SEND',
  'USER_RETRIEVE',
  'GET_USER_ID_BY_PHONE',
  'GET_POST',
  'GET_USER_POSTS',
  'GET_USER_POST',
  'SEARCH_POST',
]
const SCOPES = [
  'CONVERSATION_SEND_MESSAGE',
  'CHAT_POST_CONVERSATIONS_READ',
  'CHAT_POST_CONVERSATIONS_MESSAGE_SEND',
  'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
  'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND',
  'CHAT_CONVERSATION_READ',
  'CHAT_BOT_USER_MESSAGE_SEND',
  'SEND_EVENT',
  'USER_ID',
  'USER_PHONE',
  'USER_POSTS_GET',
  'NOTIFICATION_ACCESS_REVOCATION',
  'offline_access',
]

/**
 * The app of `examples/visit-planner`, made at the first start in development; later starts give the same
 * credentials. Several nodes that start at once make one app.
 * @returns null when somebody else's app has its name.
 */
export async function openDevelopmentApp(
  db: Database,
  { developerId }: { developerId: string },
): Promise<DevelopmentApp | null> {
  const credentials = await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${SETTING}, 0))`.execute(tx)
    // Over connections of their own: the lock alone is held by this transaction.
    return (await readSetting<Credentials>(db, SETTING)) ?? (await makeApp(db, developerId))
  })
  if (!credentials) return null
  const alive = await livingCredentials(db, credentials)
  const known = (name: keyof Credentials): string | null => (alive[name] ? credentials[name] : null)
  return {
    clientId: DEVELOPMENT_APP_SLUG,
    clientSecret: known('clientSecret'),
    apiKey: known('apiKey'),
    identificationKey: known('identificationKey'),
    webhookSecret: known('webhookSecret'),
    url: DEVELOPMENT_APP_URL,
    eventsUrl: EVENTS_URL,
  }
}

async function makeApp(db: Database, developerId: string): Promise<Credentials | null> {
  const named = { developerId, slug: DEVELOPMENT_APP_SLUG }
  const identificationKey = randomBytes(24).toString('base64url')
  const secrets = await createSecrets(db, developerId, identificationKey)
  if (!secrets) return null
  const { key } = await createApiKey({ db }, { ...named, name: 'development', permissions: PERMISSIONS })
  const credentials = { ...secrets, apiKey: key }
  await writeSetting(db, SETTING, credentials)
  return credentials
}

type Secrets = Omit<Credentials, 'apiKey'>

/** An app that is there without its setting was left by a start that ended half-way: it gets new secrets. */
async function createSecrets(
  db: Database,
  developerId: string,
  identificationKey: string,
): Promise<Secrets | null> {
  const named = { developerId, slug: DEVELOPMENT_APP_SLUG }
  const existing = await findApp(db, developerId, DEVELOPMENT_APP_SLUG)
  if (existing?.identification_key) {
    const client = await rotateSecret({ db }, { ...named, kind: 'oauth_client' })
    const webhook = await rotateSecret({ db }, { ...named, kind: 'webhook_signing' })
    return {
      clientSecret: client.secret,
      identificationKey: existing.identification_key,
      webhookSecret: webhook.secret,
    }
  }
  try {
    const made = await createApp(
      { db },
      {
        developerId,
        settings: {
          slug: DEVELOPMENT_APP_SLUG,
          display_name: 'برنامه‌ریز بازدید',
          description: 'زمان بازدید را میان خریدار و فروشنده هماهنگ می‌کند.',
          redirect_uris: [`${DEVELOPMENT_APP_URL}/callback`],
          events_url: EVENTS_URL,
          session_initialization_url: `${DEVELOPMENT_APP_URL}/charsu/sessions`,
          dynamic_action_url: `${DEVELOPMENT_APP_URL}/charsu/actions`,
          identification_key: identificationKey,
          permissions: PERMISSIONS,
          scopes: SCOPES,
        },
      },
    )
    return { clientSecret: made.client_secret, identificationKey, webhookSecret: made.webhook_secret }
  } catch (error) {
    if (error instanceof ApiError && error.codeName === 'ALREADY_EXISTS') return null
    throw error
  }
}

/** Which credentials still work: keys are revoked and secrets rotated in the console. */
async function livingCredentials(
  db: Database,
  credentials: Credentials,
): Promise<Record<keyof Credentials, boolean>> {
  const { rows } = await sql<Record<keyof Credentials, boolean>>`
    select
      exists (select 1 from api_keys k where k.app_id = a.id and k.revoked_at is null
        and k.hash = ${hashSecret(credentials.apiKey)}) as "apiKey",
      exists (select 1 from app_secrets s where s.app_id = a.id and (s.expires_at is null or s.expires_at > now())
        and s.hash = ${hashSecret(credentials.clientSecret)}) as "clientSecret",
      exists (select 1 from app_secrets s where s.app_id = a.id and (s.expires_at is null or s.expires_at > now())
        and s.signing_secret = ${credentials.webhookSecret}) as "webhookSecret",
      coalesce(a.identification_key = ${credentials.identificationKey}, false) as "identificationKey"
    from apps a where a.slug = ${DEVELOPMENT_APP_SLUG}`.execute(db)
  return rows[0] ?? { apiKey: false, clientSecret: false, webhookSecret: false, identificationKey: false }
}
