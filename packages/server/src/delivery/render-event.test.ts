import fc from 'fast-check'
import { expect, test } from 'vitest'
import { webhookId } from './delivery-id.ts'
import { type MessageContent, renderEvent } from './render-event.ts'

const message = (overrides: Partial<MessageContent> = {}): MessageContent => ({
  id: '0197a0a0-0000-7000-8000-000000000001',
  type: 'TEXT',
  body: { text: 'سلام' },
  sent_at: 1_766_397_600_123_456,
  by_app: false,
  by_supplier: true,
  conversation: { id: '62c8a0a0-0000-4000-8000-000000000002', type: 'POST', post_token: 'AbC123' },
  ...overrides,
})

test("the supplier's own message is SELLER and HUMAN, its time in whole microseconds", () => {
  expect(renderEvent({ eventType: 'NEW_MESSAGE', metadata: { ref: 1 }, content: message() })).toBe(
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
  const body = renderEvent({
    eventType: 'NEW_MESSAGE',
    metadata: {},
    content: message({ by_app, by_supplier }),
  })
  expect(JSON.parse(body ?? '')).toMatchObject({ new_message: { sender } })
})

test('metadata that was never given is an empty object', () => {
  const body = renderEvent({ eventType: 'NEW_MESSAGE', metadata: null, content: message() })
  expect(JSON.parse(body ?? '')).toMatchObject({ metadata: {} })
})

test('what a user wrote to a chatbot has a sender type alone and no metadata', () => {
  const conversation = { id: 'c', type: 'BOT', post_token: null } as const
  const content = message({ conversation, by_supplier: null })
  const body = renderEvent({ eventType: 'NEW_CHATBOT_MESSAGE', metadata: null, content })
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

test('a revocation names the user as the app knows them', () => {
  const source = { eventType: 'USER_ACCESS_REVOCATION', metadata: null, content: { user_id: 'abc' } }
  expect(renderEvent(source)).toBe(
    '{"type":"USER_ACCESS_REVOCATION","user_access_revocation":{"user_id":"abc"}}',
  )
})

test('a type that nobody sends renders as nothing', () => {
  expect(renderEvent({ eventType: 'WEATHER', metadata: null, content: {} })).toBeUndefined()
})

test('the same rows give the same bytes, every time', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (text, metadata) => {
        const render = () =>
          renderEvent({
            eventType: 'NEW_MESSAGE',
            metadata: { ...metadata },
            content: message({ body: { text } }),
          })
        expect(render()).toBe(render())
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
