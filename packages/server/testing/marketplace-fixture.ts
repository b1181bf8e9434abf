import { SERVED_PERMISSIONS } from '@charsu/protocol/permissions'
import type { Database } from '../src/db/database.ts'
import { hashSecret, newId, newSecret } from '../src/ids.ts'

/** Rows put in directly, for tests that are not about how such rows come to be. */

export interface UserFixture {
  id: string
  hostId: string
  /** Cookie header of a session. */
  cookie: string
}

let counter = 0
const unique = (prefix: string): string => `${prefix}${process.pid}_${++counter}`

export async function addUser(
  db: Database,
  values: {
    developer?: boolean
    operator?: boolean
    blacklisted?: boolean
    name?: string
    phone?: string
  } = {},
): Promise<UserFixture> {
  const id = newId()
  const hostId = unique('u')
  await db
    .insertInto('users')
    .values({ id, host_id: hostId, phone: null, ...values })
    .execute()
  const secret = newSecret('cs')
  const expires_at = new Date(Date.now() + 3_600_000)
  await db
    .insertInto('sessions')
    .values({ hash: hashSecret(secret), user_id: id, expires_at })
    .execute()
  return { id, hostId, cookie: `charsu_session=${secret}` }
}

/** A development post unless told otherwise, as {@link addApp} makes development apps. */
export async function addPost(
  db: Database,
  ownerId: string,
  values: {
    title?: string
    category?: string
    state?: string
    development?: boolean
    chat_enabled?: boolean
  } = {},
): Promise<{ id: string; token: string }> {
  const post = { id: newId(), token: unique('p').slice(0, 16) }
  await db
    .insertInto('posts')
    .values({
      ...post,
      owner_id: ownerId,
      development: true,
      for_development: values.development ?? true,
      ...values,
    })
    .execute()
  return post
}

export interface AppFixture {
  id: string
  slug: string
  key: string
  clientSecret: string
  endpointId: string
}

export async function addApp(
  db: Database,
  ownerId: string,
  values: {
    permissions?: string[]
    eventsUrl?: string
    sessionInitializationUrl?: string
    sessionInitializationVersion?: 1 | 2
    dynamicActionUrl?: string
    identificationKey?: string
    redirectUris?: string[]
    development?: boolean
  } = {},
): Promise<AppFixture> {
  const app = {
    id: newId(),
    slug: unique('app-').replaceAll('_', '-'),
    key: newSecret('ck'),
    clientSecret: newSecret('cx'),
    endpointId: newId(),
  }
  await db
    .insertInto('apps')
    .values({
      id: app.id,
      slug: app.slug,
      owner_id: ownerId,
      display_name: `App ${app.slug}`,
      avatar_url: null,
      development: values.development ?? true,
      redirect_uris: values.redirectUris ?? [],
      session_initialization_url: values.sessionInitializationUrl ?? null,
      session_initialization_version: values.sessionInitializationVersion ?? 2,
      dynamic_action_url: values.dynamicActionUrl ?? null,
      identification_key: values.identificationKey ?? 'identification-key',
    })
    .execute()
  await db
    .insertInto('api_keys')
    .values({
      id: newId(),
      app_id: app.id,
      hash: hashSecret(app.key),
      hint: app.key.slice(0, 8),
      permissions: values.permissions ?? ALL_PERMISSIONS,
    })
    .execute()
  await db
    .insertInto('app_secrets')
    .values([
      {
        id: newId(),
        app_id: app.id,
        kind: 'oauth_client',
        hash: hashSecret(app.clientSecret),
        signing_secret: null,
      },
      {
        id: newId(),
        app_id: app.id,
        kind: 'webhook_signing',
        hash: null,
        signing_secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
      },
    ])
    .execute()
  await db
    .insertInto('endpoints')
    .values({ id: app.endpointId, app_id: app.id, url: values.eventsUrl ?? null, disabled_reason: null })
    .execute()
  return app
}

export const ALL_PERMISSIONS: string[] = [...SERVED_PERMISSIONS]

export async function addConversation(
  db: Database,
  post: { id: string; token: string },
  supplierId: string,
  demandId: string,
): Promise<string> {
  const id = newId()
  await db
    .insertInto('conversations')
    .values({
      id,
      post_id: post.id,
      post_token: post.token,
      supplier_id: supplierId,
      demand_id: demandId,
      app_id: null,
      last_xid: null,
    })
    .execute()
  return id
}

export interface GrantFixture {
  grantId: string
  tokenId: string
  accessToken: string
}

export async function addGrant(
  db: Database,
  appId: string,
  userId: string,
  scopes: string[],
): Promise<GrantFixture> {
  const grant = { grantId: newId(), tokenId: newId(), accessToken: newSecret('ca') }
  await db
    .insertInto('grants')
    .values({ id: grant.grantId, app_id: appId, user_id: userId, scopes, revoked_reason: null })
    .execute()
  await db
    .insertInto('access_tokens')
    .values({
      id: grant.tokenId,
      hash: hashSecret(grant.accessToken),
      grant_id: grant.grantId,
      app_id: appId,
      user_id: userId,
      scopes,
      code_hash: null,
      expires_at: new Date(Date.now() + 3_600_000),
    })
    .execute()
  return grant
}

export async function addSubscription(
  db: Database,
  app: AppFixture,
  userId: string,
  grantId: string,
  values: { postId?: string; tokenId?: string; metadata?: Record<string, unknown> } = {},
): Promise<string> {
  const id = newId()
  await db
    .insertInto('subscriptions')
    .values({
      id,
      app_id: app.id,
      user_id: userId,
      event_type: 'NEW_MESSAGE_ON_POST',
      post_id: values.postId ?? null,
      endpoint_id: app.endpointId,
      grant_id: grantId,
      token_id: values.tokenId ?? newId(),
      metadata: values.metadata ? JSON.stringify(values.metadata) : null,
      expires_at: new Date(Date.now() + 3_600_000),
    })
    .execute()
  return id
}
