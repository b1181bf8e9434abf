import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { verifyWebhook } from '@charsu/protocol/webhook-signature'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  addMessage,
  addNotice,
  type ClickWorld,
  grid,
  lastClick,
  PUBLIC_URL,
  startClickWorld,
} from '../../testing/click-fixture.ts'
import { type AppAnswer, type ClickedAppServer, startClickedApp } from '../../testing/clicked-app.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { clickMessage } from './click-message.ts'
import { clickNotice } from './click-notice.ts'

const DATA = { visit: 7, nested: { ساعت: ['۱۰', null] } }
const SERVER_LINK = { open_server_link: { data: DATA } }
const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

describe('wire contract §3: session initialization', () => {
  let world: ClickWorld
  const servers: ClickedAppServer[] = []

  beforeAll(async () => {
    world = await startClickWorld()
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })
  afterAll(() => world.close())

  async function appWith(answer: AppAnswer, version: 1 | 2 = 2) {
    const server = await startClickedApp(() => answer)
    servers.push(server)
    const app = await fixture.addApp(world.db, world.seller.id, {
      sessionInitializationUrl: `${server.url}/start?from=charsu`,
      sessionInitializationVersion: version,
      identificationKey: 'the identification key',
    })
    return { app, server }
  }

  /** Sent as the buyer, so that the seller's buttons are the receiver's. */
  const messageFor = (appId: string) =>
    addMessage(world.db, {
      conversationId: world.conversationId,
      senderId: world.buyer.id,
      appId,
      sender_buttons: grid([SERVER_LINK]),
      receiver_buttons: grid([SERVER_LINK]),
    })

  const click = (messageId: string, userId: string) =>
    clickMessage(world.deps, { userId, messageId, row: 0, column: 0 })

  test('version 2 sends exactly the contract’s fields, and opens the url of the answer', async () => {
    const { app, server } = await appWith({ body: { url: 'https://app.example/page?x=1', status: '403' } })
    const result = await click(await messageFor(app.id), world.seller.id)
    expect(result).toEqual({ outcome: 'opened', open_url: 'https://app.example/page?x=1' })
    const back = `${PUBLIC_URL}/completion?conversation=${world.conversationId}`
    expect(server.received[0]?.path).toBe('/start?from=charsu')
    expect(server.received[0]?.body).toEqual({
      source: 'CHAT_MESSAGE_ACTION',
      post_token: world.post.token,
      conversation_id: world.conversationId,
      user_side: 'SUPPLY',
      user_id: world.userIds.toPublic(app.id, world.seller.id),
      extra_data: DATA,
      provider_data: DATA,
      completion_url: back,
      return_url: back,
    })
    expect(back.length).toBeLessThanOrEqual(200)
  })

  test('version 1 sends exactly the older fields, everybody under the app’s own ids', async () => {
    const { app, server } = await appWith({ body: { url: 'http://app.example/' } }, 1)
    const result = await click(await messageFor(app.id), world.buyer.id)
    expect(result).toEqual({ outcome: 'opened', open_url: 'http://app.example/' })
    const seller = world.userIds.toPublic(app.id, world.seller.id)
    const buyer = world.userIds.toPublic(app.id, world.buyer.id)
    expect(server.received[0]?.body).toEqual({
      extra_data: { provider_data: DATA },
      callback_url: `${PUBLIC_URL}/completion?conversation=${world.conversationId}`,
      post_token: world.post.token,
      user_id: buyer,
      peer_id: seller,
      supplier: { id: seller },
      demand: { id: buyer },
      conversation_id: world.conversationId,
    })
    expect(server.received[0]?.headers['api-version']).toBeUndefined()
  })

  test('both carry the identification key and JSON’s type, and are signed with the click’s id', async () => {
    for (const version of [1, 2] as const) {
      const { app, server } = await appWith({ body: { url: 'https://app.example/' } }, version)
      await click(await messageFor(app.id), world.seller.id)
      const call = server.received[0]!
      expect(call.headerLines).toContain('Authorization: the identification key')
      expect(call.headerLines).toContain('Content-Type: application/json')
      const now = Date.now() / 1000
      const { headers, text: body } = call
      expect(verifyWebhook({ headers, body, secrets: [SIGNING_SECRET], now })).toEqual({ ok: true })
      const recorded = await lastClick(world.db, world.seller.id)
      expect(headers['webhook-id']).toBe(recorded.id)
    }
  })

  test('the header is spelt API-Version on the wire, and no other way', async () => {
    const heads: string[] = []
    const server = createServer((socket) => {
      socket.once('data', (data) => {
        heads.push(data.toString('latin1'))
        const body = '{"url": "https://app.example/"}'
        socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`)
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const app = await fixture.addApp(world.db, world.seller.id, {
      sessionInitializationUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    })
    await click(await messageFor(app.id), world.seller.id)
    server.close()
    expect(heads[0]).toContain('\r\nAPI-Version: 2\r\n')
    expect(heads[0]?.match(/api-version/gi)).toHaveLength(1)
  })

  test('while a secret is rotated the call carries a signature of both, and of no expired one', async () => {
    const { app, server } = await appWith({ body: { url: 'https://app.example/' } })
    const secrets = [1, 2].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`)
    const expiries = [new Date(Date.now() + 60_000), new Date(Date.now() - 60_000)]
    for (const [i, signing_secret] of secrets.entries()) {
      await world.db
        .insertInto('app_secrets')
        .values({
          id: crypto.randomUUID(),
          app_id: app.id,
          kind: 'webhook_signing',
          hash: null,
          signing_secret,
          expires_at: expiries[i]!,
        })
        .execute()
    }
    await click(await messageFor(app.id), world.seller.id)
    const { headers, text: body } = server.received[0]!
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2)
    const now = Date.now() / 1000
    const verdicts = secrets.map((secret) => verifyWebhook({ headers, body, secrets: [secret], now }).ok)
    expect(verdicts).toEqual([true, false])
  })

  test('a text_message without url is shown as a toast', async () => {
    const { app } = await appWith({ body: { text_message: 'رزرو شد' } })
    expect(await click(await messageFor(app.id), world.seller.id)).toEqual({
      outcome: 'toast',
      toast: 'رزرو شد',
    })
  })

  test('from a notice on a post: source POST_ADDON, the post, its owner’s side, and no conversation', async () => {
    for (const version of [1, 2] as const) {
      const { app, server } = await appWith({ body: { url: 'https://app.example/' } }, version)
      const noticeId = await addNotice(world.db, {
        appId: app.id,
        userId: world.seller.id,
        postId: world.post.id,
        buttons: { primary: { title: 'open it', action: SERVER_LINK } },
      })
      await clickNotice(world.deps, { userId: world.seller.id, noticeId, button: 'primary' })
      const back = `${PUBLIC_URL}/completion?to=notices`
      const user_id = world.userIds.toPublic(app.id, world.seller.id)
      const post_token = world.post.token
      expect(server.received[0]?.body).toEqual(
        version === 2
          ? {
              source: 'POST_ADDON',
              post_token,
              user_side: 'SUPPLY',
              user_id,
              extra_data: DATA,
              provider_data: DATA,
              completion_url: back,
              return_url: back,
            }
          : {
              extra_data: { provider_data: DATA },
              callback_url: back,
              post_token,
              user_id,
              peer_id: '',
              supplier: { id: '' },
              demand: { id: '' },
            },
      )
    }
  })

  test('from a notice to a user: the touchpoint MY_DIVAR as source, and no post', async () => {
    const { app, server } = await appWith({ body: { url: 'https://app.example/' } })
    const noticeId = await addNotice(world.db, {
      appId: app.id,
      userId: world.buyer.id,
      buttons: { secondary: { title: 'open it', action: SERVER_LINK } },
    })
    await clickNotice(world.deps, { userId: world.buyer.id, noticeId, button: 'secondary' })
    const back = `${PUBLIC_URL}/completion?to=notices`
    expect(server.received[0]?.body).toEqual({
      source: 'MY_DIVAR',
      user_id: world.userIds.toPublic(app.id, world.buyer.id),
      extra_data: DATA,
      provider_data: DATA,
      completion_url: back,
      return_url: back,
    })
    expect(await lastClick(world.db, world.buyer.id)).toMatchObject({
      notice_id: noticeId,
      message_id: null,
      button: 'secondary',
      action: 'open_server_link',
      outcome: 'opened',
    })
  })

  test('the click is recorded with what was sent and answered, the identification key masked', async () => {
    const { app, server } = await appWith({ body: { url: 'https://app.example/', message: 'ok' } })
    const messageId = await messageFor(app.id)
    await click(messageId, world.seller.id)
    const recorded = await lastClick(world.db, world.seller.id)
    expect(recorded).toMatchObject({
      app_id: app.id,
      message_id: messageId,
      conversation_id: world.conversationId,
      button: 'receiver_buttons.rows[0].buttons[0]',
      action: 'open_server_link',
      outcome: 'opened',
      reason: null,
      request: {
        url: `${server.url}/start?from=charsu`,
        headers: { Authorization: '***', 'API-Version': '2' },
        body: server.received[0]!.body,
      },
      answer_status: 200,
      answer_body: '{"url":"https://app.example/","message":"ok"}',
    })
    expect(JSON.stringify(recorded)).not.toContain('the identification key')
  })
})
