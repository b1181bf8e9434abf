import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import * as consent from '../../packages/server/testing/consent-flow.ts'
import { hostClient } from '../../packages/server/testing/host-client.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { TEST_HOST_KEY } from '../../packages/server/testing/test-server.ts'
import { call, type SecretWorld, unique } from './secret-world.ts'

/** Who the story is about, and by what they call. */
export interface SecretCast {
  sellerId: string
  token: string
  phone: string
  conversationId: string
  registered: fixture.AppFixture
  accessToken: string
  asApp: Record<string, string>
  asBuyer: Record<string, string>
  asSeller: Record<string, string>
  /** Path of the messages as people send and read them. */
  messages: string
}

/** People, their post and conversation, an app, and the consent that it gets. */
export async function introducePeople(world: SecretWorld): Promise<SecretCast> {
  const { node, app, keep } = world
  const { db } = node
  const host = hostClient(node)
  keep('the host key', TEST_HOST_KEY)
  const phone = keep('a phone number', '09127654321')
  const [sellerId, buyerId] = [`s-${randomUUID()}`, `b-${randomUUID()}`]
  await host('PUT', `/users/${sellerId}`, { name: keep('a name', unique('name')), phone })
  await host('PUT', `/users/${buyerId}`, {
    name: 'buyer',
    phone: keep('another phone number', '09351239876'),
  })
  const token = unique('p').replaceAll('-', '').slice(0, 12)
  await host('PUT', `/posts/${token}`, {
    owner: sellerId,
    title: keep('a title', unique('title')),
    development: true,
  })

  const login = async (user: string): Promise<fixture.UserFixture> => {
    const { body } = await host('POST', '/login-links', { user })
    const { url } = body as { url: string }
    keep(`a login link of ${user}`, url.split('/').at(-1))
    const opened = await call(world, 'GET', new URL(url).pathname, {})
    await call(world, 'GET', new URL(url).pathname, {})
    const cookie = /charsu_session=([^;]+)/.exec(opened.headers.get('set-cookie') ?? '')
    keep(`a session of ${user}`, cookie?.[1])
    const { id } = await db
      .selectFrom('users')
      .select('id')
      .where('host_id', '=', user)
      .executeTakeFirstOrThrow()
    return { id, hostId: user, cookie: cookie![0] }
  }
  const seller = await login(sellerId)
  const buyer = await login(buyerId)

  const developer = await fixture.addUser(db, { developer: true })
  const redirectUri = 'http://127.0.0.1:9/back'
  const registered = await fixture.addApp(db, developer.id, {
    eventsUrl: `${app.url}/events/${keep('a secret in a URL', unique('hook'))}?key=${keep('a secret in a query', unique('query'))}`,
    sessionInitializationUrl: `${app.url}/session`,
    dynamicActionUrl: `${app.url}/action`,
    identificationKey: keep('an identification key', unique('identification')),
    redirectUris: [redirectUri],
  })
  keep('an API key', registered.key)
  keep('a client secret', registered.clientSecret)
  keep('a signing secret', Buffer.alloc(32, 7).toString('base64'))

  const conversation = await host('POST', '/conversations', { post_token: token, buyer: buyerId })
  const { conversation_id: conversationId } = conversation.body as { conversation_id: string }

  // Consent, and everything that can go wrong with tokens.
  const ask: consent.Ask = {
    app: registered,
    redirectUri,
    scope: `CHAT_POST_CONVERSATIONS_READ.${token} CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${token} SEND_EVENT USER_ID USER_PHONE NOTIFICATION_ACCESS_REVOCATION offline_access`,
    state: keep('a state', unique('state')),
  }
  const code = keep('a code', await consent.obtainCode(node, seller, ask))
  const tokens = await consent.exchangeCode(node, registered, code, redirectUri)
  expect(tokens.status).toBe(200)
  const accessToken = keep('an access token', tokens.body.access_token)
  const refreshed = await consent.refresh(
    node,
    registered,
    keep('a refresh token', tokens.body.refresh_token),
  )
  keep('a refreshed token', refreshed.body.access_token)
  keep('the next refresh token', refreshed.body.refresh_token)
  await consent.refresh(node, registered, `cr_${keep('a wrong refresh token', unique('refresh'))}`)
  await consent.exchangeCode(
    node,
    { ...registered, clientSecret: keep('a wrong client secret', unique('client')) },
    code,
    redirectUri,
  )

  const asApp = {
    'x-api-key': registered.key,
    authorization: `Bearer ${String(refreshed.body.access_token)}`,
  }
  expect((await call(world, 'GET', '/v1/open-platform/users', asApp)).text).toContain(phone)
  await call(world, 'GET', '/v1/open-platform/users', {
    ...asApp,
    authorization: `Bearer ${keep('a wrong access token', unique('access'))}`,
  })
  await call(world, 'GET', '/v1/open-platform/users', {
    'x-api-key': keep('a wrong API key', unique('key')),
    'x-access-token': accessToken,
  })
  await call(world, 'POST', '/v1/open-platform/get-user-id-by-phone', asApp, { phone })
  await call(world, 'GET', '/host/v1/apps', {
    authorization: `Bearer ${keep('a wrong host key', unique('host'))}`,
  })
  await call(world, 'GET', '/metrics', {
    authorization: `Bearer ${keep('a wrong metrics token', unique('metrics'))}`,
  })
  await call(world, 'GET', '/me/v1', {
    cookie: `charsu_session=${keep('a wrong session', unique('session'))}`,
  })
  await call(world, 'GET', `/login/${keep('a wrong login link', unique('link'))}`, {})

  const subscribed = await call(world, 'POST', '/v1/open-platform/events/subscriptions', asApp, {
    event_type: 'NEW_MESSAGE_ON_POST',
    event_resource_id: token,
    metadata: { note: keep('metadata', unique('metadata')) },
  })
  expect(subscribed.status).toBe(200)

  return {
    sellerId,
    token,
    phone,
    conversationId,
    registered,
    accessToken: String(refreshed.body.access_token),
    asApp,
    asBuyer: { cookie: buyer.cookie, origin: node.url },
    asSeller: { cookie: seller.cookie, origin: node.url },
    messages: `/me/v1/conversations/${conversationId}/messages`,
  }
}
