import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClientBed, openClientBed } from './client-bed.ts'
import { type HandlerApp, startHandlerApp } from './handler-app.ts'

let bed: ClientBed
let app: HandlerApp
beforeAll(async () => {
  app = await startHandlerApp(() => ({
    text: '{"status": "200", "message": "success", "url": "https://app.example/some/where/to/start"}',
  }))
  bed = await openClientBed({
    app: { sessionInitializationUrl: `${app.url}/session`, sessionInitializationVersion: 1 },
  })
})
afterAll(async () => {
  await bed[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})

describe('§3 an app of the first version of session initialization', () => {
  test('is asked in the form that it knows, of an older button too, and its answer opens', async () => {
    const sent = await bed.call('POST', '/v2/open-platform/chat/conversation', {
      user_id: bed.ids.seller,
      peer_id: bed.ids.buyer,
      post_token: bed.post.token,
      message: 'hello',
      receiver_btn: {
        action: 'LINK',
        data: { icon_name: 'EDIT', caption: 'Go', extra_data: { your_custom_key: 'یک متن' } },
      },
    })
    const path = `/me/v1/conversations/${bed.conversationId}/messages/${sent.body.message_id}/click`
    const clicked = await fetch(bed.node.url + path, {
      method: 'POST',
      headers: { cookie: bed.buyer.cookie, 'content-type': 'application/json', origin: bed.node.url },
      body: '{"row": 0, "column": 0}',
    })
    expect(await clicked.json()).toMatchObject({
      outcome: 'opened',
      open_url: 'https://app.example/some/where/to/start',
    })
    const [call] = app.received
    expect(call?.headers).not.toHaveProperty('api-version')
    expect(call?.body).toEqual({
      extra_data: { provider_data: { your_custom_key: 'یک متن' } },
      callback_url: expect.stringContaining('/completion'),
      post_token: bed.post.token,
      user_id: bed.ids.buyer,
      peer_id: bed.ids.seller,
      supplier: { id: bed.ids.seller },
      demand: { id: bed.ids.buyer },
      conversation_id: bed.conversationId,
    })
  })
})
