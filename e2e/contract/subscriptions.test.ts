import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { exchangeCode, obtainCode, postForm, refresh } from '../../packages/server/testing/consent-flow.ts'
import { type HostClient, hostClient } from '../../packages/server/testing/host-client.ts'
import { addPost, addUser, type UserFixture } from '../../packages/server/testing/marketplace-fixture.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { type Answer, type ClientBed, openClientBed } from '../clients/client-bed.ts'
import { type HandlerApp, startHandlerApp } from '../clients/handler-app.ts'

const BACK = 'https://app.example/back'
const SCOPES = 'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ USER_POSTS_GET offline_access'
const ALL_MESSAGES = { event_type: 'NEW_MESSAGE_ON_POST' }

let app: HandlerApp
let bed: ClientBed
let host: HostClient
beforeAll(async () => {
  app = await startHandlerApp(() => ({}))
  bed = await openClientBed({ app: { eventsUrl: `${app.url}/events`, redirectUris: [BACK] } })
  host = hostClient(bed.node)
})
afterAll(async () => {
  await bed[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})

/** Each test has a seller of its own, so that no subscription of another test hears of it. */
let seller: UserFixture
let tokens: Record<string, unknown>
beforeEach(async () => {
  seller = await addUser(bed.node.db)
  const code = await obtainCode(bed.node, seller, { app: bed.app, redirectUri: BACK, scope: SCOPES })
  tokens = (await exchangeCode(bed.node, bed.app, code, BACK)).body
  app.received.length = 0
})

const subscribe = async (body: object, { access_token } = tokens): Promise<Answer> => {
  const headers = { 'x-access-token': String(access_token) }
  const answer = await bed.call('POST', '/v1/open-platform/events/subscriptions', body, headers)
  expect([answer.status, answer.body]).toEqual([200, {}])
  return answer
}
const conversationAbout = async (token: string, buyer: UserFixture): Promise<string> => {
  const { body } = await host('POST', '/conversations', { post_token: token, buyer: buyer.hostId })
  return (body as { conversation_id: string }).conversation_id
}
const write = async (conversation: string, sender: UserFixture, text: string): Promise<void> => {
  const answer = await host('POST', `/conversations/${conversation}/messages`, {
    sender: sender.hostId,
    text,
  })
  expect(answer.status).toBe(200)
}
const heard = (): unknown[] =>
  app.received.map(({ body }) => (body.new_message as { text?: string } | undefined)?.text)

describe('§4 a subscription', () => {
  test('goes on after an early refresh, ends with its token, and is made again with the new one', async () => {
    const post = await addPost(bed.node.db, seller.id)
    const chat = await conversationAbout(post.token, bed.buyer)
    await subscribe(ALL_MESSAGES)
    const next = (await refresh(bed.node, bed.app, tokens.refresh_token)).body
    await write(chat, bed.buyer, 'after the refresh')
    await waitFor(() => app.received.length === 1)

    const client = { client_id: bed.app.slug, client_secret: bed.app.clientSecret }
    await postForm(bed.node, '/oauth2/revoke', { ...client, token: String(tokens.access_token) })
    await write(chat, bed.buyer, 'to nobody')
    await subscribe(ALL_MESSAGES, next)
    await write(chat, bed.buyer, 'with the new token')
    await waitFor(() => app.received.length === 2)
    expect(heard()).toEqual(['after the refresh', 'with the new token'])
  })

  test('without a resource is for all posts of the user, later ones too, and for no post of another', async () => {
    await subscribe(ALL_MESSAGES)
    const later = await addPost(bed.node.db, seller.id)
    const asBuyer = await conversationAbout(bed.post.token, seller)
    await write(asBuyer, bed.seller, 'the seller is the buyer here')
    await write(await conversationAbout(later.token, bed.buyer), bed.buyer, 'about a later post')
    await waitFor(async () => {
      const { rows } = await bed.node.database.pool.query('select from delivery_queue')
      return rows.length === 0
    })
    expect(heard()).toEqual(['about a later post'])
  })

  test('to changes of all posts hears of a post that is made later', async () => {
    await subscribe({ event_type: 'POST_UPDATE', event_resource_id: '', metadata: { all: true } })
    const token = `later_${Date.now() % 1e9}`
    const made = await host('PUT', `/posts/${token}`, { owner: seller.hostId, title: 'New here' })
    expect(made.status).toBe(200)
    await waitFor(() => app.received.length > 0)
    expect(app.received.map(({ body }) => body)).toEqual([
      {
        type: 'POST_UPDATE',
        metadata: { all: true },
        post_update: { type: 'PUBLISH', post: expect.objectContaining({ token, state: 'PUBLISHED' }) },
      },
    ])
  })
})
