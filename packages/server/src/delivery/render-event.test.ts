import { ChatMessage } from '@charsu/protocol/events'
import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { eventRendering } from '../../testing/event-rendering.ts'
import { webhookId } from './delivery-id.ts'
import { type EventSource, type MessageContent, renderEvent } from './render-event.ts'

const APP = '0197a0a0-0000-7000-8000-00000000000a'
const SUPPLIER = '0197a0a0-0000-7000-8000-00000000000b'
const DEMAND = '0197a0a0-0000-7000-8000-00000000000c'

const render = (source: EventSource) => renderEvent(eventRendering, APP, source)

const message = (overrides: Partial<MessageContent> = {}): MessageContent => ({
  id: '0197a0a0-0000-7000-8000-000000000001',
  type: 'TEXT',
  body: { text: 'سلام' },
  sent_at: 1_766_397_600_123_456,
  by_app: false,
  by_supplier: true,
  supplier_id: SUPPLIER,
  demand_id: DEMAND,
  conversation: { id: '62c8a0a0-0000-4000-8000-000000000002', type: 'POST', post_token: 'AbC123' },
  ...overrides,
})

test("the supplier's own message is SELLER and HUMAN, its time in whole microseconds", () => {
  expect(render({ eventType: 'NEW_MESSAGE', metadata: { ref: 1 }, content: message() })).toBe(
    '{"type":"NEW_MESSAGE","metadata":{"ref":1},"new_message":{"id":"0197a0a0-0000-7000-8000-000000000001",' +
      '"conversation":{"id":"62c8a0a0-0000-4000-8000-000000000002","type":"POST","post_token":"AbC123"},' +
      '"sender":{"side":"SELLER","type":"HUMAN"},"type":"TEXT","sent_at":1766397600123456,"text":"سلام"}}',
  )
})

test.each([
  [true, true, { side: 'SELLER', type: 'BOT' }],
  [true, false, { side: 'BUYER', type: 'BOT' }],
  [false, false, { side: 'BUYER', type: 'HUMAN' }],
])('by an app %s, by the supplier %s: sender is %j', (by_app, by_supplier, sender) => {
  const body = render({
    eventType: 'NEW_MESSAGE',
    metadata: {},
    content: message({ by_app, by_supplier }),
  })
  expect(JSON.parse(body ?? '')).toMatchObject({ new_message: { sender } })
})

test('metadata that was never given is an empty object', () => {
  const body = render({ eventType: 'NEW_MESSAGE', metadata: null, content: message() })
  expect(JSON.parse(body ?? '')).toMatchObject({ metadata: {} })
})

test('what a user wrote to a chatbot has a sender type alone and no metadata', () => {
  const conversation = { id: 'c', type: 'BOT', post_token: null } as const
  const content = message({ conversation, by_supplier: null })
  const body = render({ eventType: 'NEW_CHATBOT_MESSAGE', metadata: null, content })
  expect(JSON.parse(body ?? '')).toEqual({
    type: 'NEW_CHATBOT_MESSAGE',
    new_chatbot_message: {
      id: content.id,
      conversation: { id: 'c', type: 'BOT' },
      sender: { type: 'HUMAN' },
      type: 'TEXT',
      sent_at: content.sent_at,
      text: 'سلام',
    },
  })
})

describe('§5: a message of each type carries its own data', () => {
  const links = (variant: string) => `http://127.0.0.1/media/f1/${variant}?from=1766397600123`
  test.each([
    [
      'IMAGE',
      { media: { id: 'f1', size_bytes: 9, width_px: 4, height_px: 3 } },
      { image_data: { link: links('file'), size_bytes: 9, height_px: 3, width_px: 4 } },
    ],
    [
      'FILE',
      { media: { id: 'f1', size_bytes: 9, name: 'قرارداد.pdf' } },
      { file_data: { link: links('file'), name: 'قرارداد.pdf', size_bytes: 9 } },
    ],
    ['VOICE', { media: { id: 'f1', size_bytes: 9 } }, { voice_data: { link: links('file'), size_bytes: 9 } }],
    [
      'VIDEO',
      { media: { id: 'f1', size_bytes: 9 } },
      { video_data: { link: links('file'), thumbnail_link: links('thumbnail'), size_bytes: 9 } },
    ],
    [
      'LOCATION',
      { location: { latitude: 35.7, longitude: 51.4 } },
      { location_data: { latitude: 35.7, longitude: 51.4 } },
    ],
    [
      'CONTACT',
      { contact: { name: 'مینا', phone: '+989121234567' } },
      { contact_data: { name: 'مینا', phone: '+989121234567' } },
    ],
  ])('%s', (type, body, data) => {
    const event = render({ eventType: 'NEW_MESSAGE', metadata: {}, content: message({ type, body }) })
    const { new_message } = JSON.parse(event ?? '')
    expect(new_message).toEqual({
      id: message().id,
      conversation: message().conversation,
      sender: { side: 'SELLER', type: 'HUMAN' },
      type,
      sent_at: message().sent_at,
      ...data,
    })
    expect(Compile(ChatMessage).Check(new_message)).toBe(true)
  })
})

describe("§4: the older subscription's payload", () => {
  const older = (by_supplier: boolean) =>
    JSON.parse(
      render({
        eventType: 'CHAT_MESSAGE',
        metadata: { title: 'خانه', category: 'apartment-sell', post_token: 'AbC123' },
        content: message({ by_supplier }),
      }) ?? '',
    )
  const supplier = { id: eventRendering.userIds.toPublic(APP, SUPPLIER), is_supply: true }
  const demand = { id: eventRendering.userIds.toPublic(APP, DEMAND), is_supply: false }

  test('names both sides by the ids that the app knows, and the post as it was', () => {
    expect(older(true)).toEqual({
      type: 'CHAT_MESSAGE',
      timestamp: 1_766_397_600_123_456,
      payload: {
        id: message().id,
        type: 'TEXT',
        data: { text: 'سلام' },
        sender: supplier,
        receiver: demand,
        metadata: { title: 'خانه', category: 'apartment-sell', post_token: 'AbC123' },
        sent_at: 1_766_397_600_123_456,
      },
    })
  })

  test('turns round when the buyer writes', () => {
    expect(older(false).payload).toMatchObject({ sender: demand, receiver: supplier })
  })
})

test('a revocation names the user as the app knows them', () => {
  const source = { eventType: 'USER_ACCESS_REVOCATION', metadata: null, content: { user_id: 'abc' } }
  expect(render(source)).toBe('{"type":"USER_ACCESS_REVOCATION","user_access_revocation":{"user_id":"abc"}}')
})

test('a change of a post echoes the metadata and shows the post; what is over, its token alone', () => {
  const post = { token: 'AbC123', state: 'PUBLISHED', data: { rooms: 2 } }
  const told = (type: string, content: object) =>
    render({ eventType: 'POST_UPDATE', metadata: { ref: 1 }, content: { type, post: content } })
  expect(told('PUBLISH', post)).toBe(
    '{"type":"POST_UPDATE","metadata":{"ref":1},"post_update":{"type":"PUBLISH",' +
      '"post":{"token":"AbC123","state":"PUBLISHED","data":{"rooms":2}}}}',
  )
  for (const type of ['RETIRE', 'ARCHIVE']) {
    expect(told(type, post)).toBe(
      `{"type":"POST_UPDATE","metadata":{"ref":1},"post_update":{"type":"${type}","post":{"token":"AbC123"}}}`,
    )
  }
})

test('a type that nobody sends renders as nothing', () => {
  expect(render({ eventType: 'WEATHER', metadata: null, content: {} })).toBeUndefined()
})

test('the same rows give the same bytes, every time', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (text, metadata) => {
        const again = () =>
          render({
            eventType: 'NEW_MESSAGE',
            metadata: { ...metadata },
            content: message({ body: { text } }),
          })
        expect(again()).toBe(again())
      },
    ),
  )
})

test('the webhook-id depends on what happened and who hears it, and on nothing else', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), fc.uuid(), (source, subscription, other) => {
      expect(webhookId(source, subscription)).toBe(webhookId(source, subscription))
      expect(webhookId(source, subscription)).toMatch(/^evt_[A-Za-z0-9_-]{27}$/)
      if (other !== subscription) expect(webhookId(source, other)).not.toBe(webhookId(source, subscription))
      if (other !== source) expect(webhookId(other, subscription)).not.toBe(webhookId(source, subscription))
    }),
  )
})
