import type { Exchange } from '../src/api/development/story-shapes.ts'

/** An exchange for tests: a call of an app that sends a message, unless it is said otherwise. */
export const exchangeExample = (over: Partial<Exchange> = {}): Exchange => ({
  id: '1',
  at: '2026-11-22T08:00:00.000Z',
  direction: 'from_app',
  kind: 'call',
  app: 'visits',
  method: 'POST',
  url: '/v2/open-platform/conversations/62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11/messages',
  operation: 'ChatAPI_ConversationSendMessage',
  request: {
    headers: {
      host: 'localhost:4400',
      'content-type': 'application/json',
      'content-length': '20',
      'x-api-key': 'ck_abc…',
      authorization: 'Bearer ca_abc…',
      'idempotency-key': 'key-1',
    },
    body: '{"message":"Good evening"}',
  },
  answer: { status: 200, headers: {}, body: '{"status":200}' },
  failure: null,
  ms: 12,
  refs: {},
  ...over,
})
