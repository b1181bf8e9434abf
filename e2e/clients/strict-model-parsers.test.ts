import { GetConversationAnswer } from '@charsu/protocol/get-conversation'
import { OlderMessageEvent } from '@charsu/protocol/older-message-event'
import { OlderTokenAnswer } from '@charsu/protocol/older-token'
import { PostGeneralData } from '@charsu/protocol/posts'
import { Ajv, type Schema } from 'ajv'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchangeCode, obtainCode } from '../../packages/server/testing/consent-flow.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { type ClientBed, openClientBed } from './client-bed.ts'
import { type AppCall, type HandlerApp, startHandlerApp } from './handler-app.ts'

const BACK = 'https://app.example/callback'
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z$/

let bed: ClientBed
let app: HandlerApp
beforeAll(async () => {
  app = await startHandlerApp(() => ({}))
  bed = await openClientBed({ app: { eventsUrl: `${app.url}/events`, redirectUris: [BACK] } })
  await bed.call('POST', '/v1/open-platform/events/subscriptions', {
    event_type: 'NEW_MESSAGE_ON_POST',
    event_resource_id: bed.post.token,
  })
  await bed.call('POST', '/v1/open-platform/notify/chat/post-conversations', {
    post_token: bed.post.token,
    endpoint: `${app.url}/listen`,
    identification_key: 'key',
  })
})
afterAll(async () => {
  await bed[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})

/** As generated models do that refuse what they do not know, at every depth. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict)
  if (typeof schema !== 'object' || schema === null) return schema
  const members = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, strict(value)]))
  return 'properties' in members ? { ...members, additionalProperties: false } : members
}

function faults(schema: unknown, value: unknown): unknown {
  const ajv = new Ajv({ allErrors: true, strict: false, formats: { 'date-time': fullFormats['date-time']! } })
  const validate = ajv.compile(strict(schema) as Schema)
  return validate(value) ? [] : validate.errors
}

/** What the app has been told of, at one of its URLs, about this text. */
const told = (path: string, matches: (call: AppCall) => boolean) =>
  waitFor(() => app.received.find((call) => call.path === path && matches(call))?.body)

describe('§0 and §9 a client whose models take the public fields, and no others', () => {
  test('reads a conversation, whose times are RFC 3339', async () => {
    await bed.call('POST', bed.sendPath, {
      message: 'hello',
      sender_buttons: {
        rows: [{ buttons: [{ caption: 'x', action: { open_direct_link: 'https://a.example' } }] }],
      },
    })
    const { status, body } = await bed.call(
      'GET',
      `/v1/open-platform/chat/conversations/${bed.conversationId}`,
    )
    expect(status).toBe(200)
    expect(faults(GetConversationAnswer, body)).toEqual([])
    const { messages } = body as unknown as { messages: { sent_at: unknown; conversation: unknown }[] }
    expect(messages.length).toBeGreaterThan(0)
    for (const { sent_at } of messages) expect(sent_at).toMatch(RFC_3339)
  })

  test('reads a post’s general data', async () => {
    const { status, body } = await bed.call('GET', `/v1/open-platform/user-post/${bed.post.token}`)
    expect(status).toBe(200)
    expect(faults(PostGeneralData, body.general_data)).toEqual([])
  })

  test('reads integer microseconds and sizes in webhooks', async () => {
    const sent = await bed.call('POST', bed.sendPath, { message: 'of this moment' })
    const isIt = ({ body }: AppCall) => JSON.stringify(body).includes(String(sent.body.message_id))
    const event = (await told('/events', isIt)) as { new_message: { sent_at: unknown } }
    const older = (await told('/listen', isIt)) as { timestamp: unknown; payload: { sent_at: unknown } }
    expect(Number.isSafeInteger(event.new_message.sent_at)).toBe(true)
    expect(faults(OlderMessageEvent, older)).toEqual([])
    expect([older.timestamp, older.payload.sent_at]).toEqual([
      event.new_message.sent_at,
      event.new_message.sent_at,
    ])

    const upload = await bed.call('POST', '/experimental/open-platform/chat/upload', {})
    const form = new FormData()
    const png = await sharp({ create: { width: 3, height: 2, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    form.set('file', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'x.png')
    const taken = await fetch(`${bed.node.url}/upload/image`, {
      method: 'POST',
      headers: { authorization: `Bearer ${upload.body.token}` },
      body: form,
    })
    const { id } = (await taken.json()) as { id: string }
    const image = await bed.call('POST', bed.sendPath, { media_token: id })
    expect(image.status).toBe(200)
    const shown = (await told('/events', ({ body }) =>
      JSON.stringify(body).includes(String(image.body.message_id)),
    )) as { new_message: { type: string; image_data: unknown } }
    expect(shown.new_message).toMatchObject({
      type: 'IMAGE',
      image_data: {
        link: expect.stringMatching(/^http/),
        size_bytes: expect.any(Number),
        height_px: 2,
        width_px: 3,
      },
    })
  })

  test('reads tokens', async () => {
    const ask = { app: bed.app, redirectUri: BACK, scope: 'USER_ID' }
    const older = await bed.call('POST', '/v1/open-platform/oauth/access_token', {
      code: await obtainCode(bed.node, bed.seller, ask),
      client_id: bed.app.slug,
      client_secret: bed.app.key,
      grant_type: 'authorization_code',
    })
    expect(faults(OlderTokenAnswer, older.body)).toEqual([])
    const code = await obtainCode(bed.node, bed.seller, ask)
    const { body } = await exchangeCode(bed.node, bed.app, code, BACK)
    expect(Object.keys(body).toSorted()).toEqual(['access_token', 'expires_in', 'scope', 'token_type'])
    expect(body).toMatchObject({ token_type: 'bearer', expires_in: 3600 })
  })

  test('reads the answer to an older message: a whole number and a text', async () => {
    const { body } = await bed.call('POST', '/v2/open-platform/chat/conversation', {
      user_id: bed.ids.seller,
      peer_id: bed.ids.buyer,
      post_token: bed.post.token,
      type: 'TEXT',
      message: 'hello',
    })
    expect([body.status, body.message]).toEqual([200, 'success'])
  })
})
