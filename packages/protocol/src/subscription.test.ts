import { describe, expect, test } from 'vitest'
import { subscriptionParser } from './subscription.ts'

describe('a subscription is read', () => {
  test.each([
    [{ event_type: 'POST_UPDATE' }, { eventType: 'POST_UPDATE', metadata: {} }],
    [
      { event_type: 'NEW_MESSAGE_ON_POST', event_resource_id: '' },
      { eventType: 'NEW_MESSAGE_ON_POST', metadata: {} },
    ],
    [
      { event_type: 'NEW_MESSAGE_ON_POST', event_resource_id: 'AbC_1', metadata: { a: null, b: [1] } },
      { eventType: 'NEW_MESSAGE_ON_POST', resourceId: 'AbC_1', metadata: { a: null, b: [1] } },
    ],
    [
      { event_type: 'POST_UPDATE', meta_data: { k: 1 } },
      { eventType: 'POST_UPDATE', metadata: { k: 1 } },
    ],
    [
      { event_type: 'POST_UPDATE', metadata: { k: 1 }, meta_data: { k: 2 } },
      { eventType: 'POST_UPDATE', metadata: { k: 1 } },
    ],
    [
      { event_type: 'POST_UPDATE', event_resource_id: null, metadata: null },
      { eventType: 'POST_UPDATE', metadata: {} },
    ],
  ])('from %j', (body, value) => {
    expect(subscriptionParser.parse(body)).toEqual({ ok: true, value })
  })
})

describe('a breach is named', () => {
  test.each<[object, string, RegExp]>([
    [{}, 'event_type', /is required; send NEW_MESSAGE_ON_POST or POST_UPDATE/],
    [{ event_type: '' }, 'event_type', /is required/],
    [{ event_type: 'NEW_MESSAGE_ON_POSTS' }, 'event_type', /Did you mean "NEW_MESSAGE_ON_POST"\?/],
    [{ event_type: 'NEW_CHATBOT_MESSAGE' }, 'event_type', /comes without subscription/],
    [{ event_type: 'USER_ACCESS_REVOCATION' }, 'event_type', /comes without subscription/],
    [{ event_type: 7 }, 'event_type', /must be a string/],
    [{ event_type: 'POST_UPDATE', event_resource_id: 'a/b' }, 'event_resource_id', /must be a post token/],
    [{ event_type: 'POST_UPDATE', event_resource_id: 1 }, 'event_resource_id', /must be a string/],
    [{ event_type: 'POST_UPDATE', metadata: 'x' }, 'metadata', /must be a JSON object/],
    [{ event_type: 'POST_UPDATE', metadata: { k: 'x'.repeat(4096) } }, 'metadata', /at most 4096 bytes/],
    [{ event_type: 'POST_UPDATE', meta_data: { k: 'x'.repeat(4096) } }, 'meta_data', /at most 4096 bytes/],
  ])('in %.60j', (body, field, description) => {
    expect(subscriptionParser.parse(body)).toEqual({
      ok: false,
      violations: [{ field, description: expect.stringMatching(description) }],
    })
  })
})
