import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  readSessionAnswer,
  type SessionFacts,
  sessionRequestV1,
  sessionRequestV2,
} from './session-initialization.ts'

const inPost: SessionFacts = {
  source: 'CHAT_MESSAGE_ACTION',
  userId: 'me',
  data: { k: 'v' },
  returnUrl: 'https://charsu.example/completion?c=1',
  userSide: 'SUPPLY',
  postToken: 'tok',
  conversationId: 'conv',
  peerId: 'peer',
  supplierId: 'me',
  demandId: 'peer',
}
const {
  userSide: _s,
  postToken: _t,
  conversationId: _c,
  peerId: _p,
  supplierId: _u,
  demandId: _d,
  ...bare
} = inPost

describe('the request', () => {
  test('of version 2 says the data and the way back in both their names', () => {
    expect(sessionRequestV2(inPost)).toEqual({
      source: 'CHAT_MESSAGE_ACTION',
      post_token: 'tok',
      conversation_id: 'conv',
      user_side: 'SUPPLY',
      user_id: 'me',
      extra_data: { k: 'v' },
      provider_data: { k: 'v' },
      completion_url: 'https://charsu.example/completion?c=1',
      return_url: 'https://charsu.example/completion?c=1',
    })
  })

  test('of version 1 wraps the data and names both sides', () => {
    expect(sessionRequestV1(inPost)).toEqual({
      extra_data: { provider_data: { k: 'v' } },
      callback_url: 'https://charsu.example/completion?c=1',
      post_token: 'tok',
      user_id: 'me',
      peer_id: 'peer',
      supplier: { id: 'me' },
      demand: { id: 'peer' },
      conversation_id: 'conv',
    })
  })

  test('leaves out what does not apply, except the people of version 1', () => {
    expect(Object.keys(sessionRequestV2(bare))).toEqual([
      'source',
      'user_id',
      'extra_data',
      'provider_data',
      'completion_url',
      'return_url',
    ])
    expect(sessionRequestV1(bare)).toEqual({
      extra_data: { provider_data: { k: 'v' } },
      callback_url: 'https://charsu.example/completion?c=1',
      user_id: 'me',
      peer_id: '',
      supplier: { id: '' },
      demand: { id: '' },
    })
  })
})

describe('the answer', () => {
  test.each([
    ['{"url":"https://app.example/x"}', { kind: 'open', url: 'https://app.example/x' }],
    [
      '{"status":"200","message":"success","url":"http://a.b"}',
      { kind: 'open', url: 'http://a.b', status: '200', message: 'success' },
    ],
    [
      '{"status":500,"url":"http://a.b","text_message":"x"}',
      { kind: 'open', url: 'http://a.b', status: 500 },
    ],
    ['{"url":null,"text_message":"later"}', { kind: 'toast', text: 'later' }],
    ['{"url":"","text_message":"later","status":null}', { kind: 'toast', text: 'later' }],
    ['\uFEFF{"url":"https://a.b"}', { kind: 'open', url: 'https://a.b' }],
    [`{"url":"https://a.b/${'x'.repeat(5000)}"}`, { kind: 'open', url: `https://a.b/${'x'.repeat(5000)}` }],
  ])('%.60s is used', (body, expected) => {
    expect(readSessionAnswer(body)).toEqual(expected)
  })

  test.each([
    ['', 'NO_URL', /has no "url"/],
    ['{}', 'NO_URL', /has no "url"/],
    ['{"text_message":" "}', 'NO_URL', /has no "url"/],
    ['<html>', 'NOT_JSON', /not a JSON object/],
    ['[]', 'NOT_JSON', /not a JSON object/],
    ['null', 'NOT_JSON', /not a JSON object/],
    ['{"url":"https://a.b/\\u0000"}', 'NOT_JSON', /url has a NUL/],
    ['{"url":"javascript:alert(1)"}', 'BAD_URL', /scheme is "javascript:"/],
    ['{"url":"/relative"}', 'BAD_URL', /must be an absolute/],
    ['{"url":5}', 'BAD_URL', /not a string/],
  ])('%s fails with its cause', (body, fault, detail) => {
    expect(readSessionAnswer(body)).toEqual({ kind: 'failed', fault, detail: expect.stringMatching(detail) })
  })

  test('never makes the reader throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.object().map((o) => JSON.stringify(o)),
        ),
        (body) => {
          expect(['open', 'toast', 'failed']).toContain(readSessionAnswer(body).kind)
        },
      ),
    )
    expect(readSessionAnswer(`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`)).toMatchObject({
      fault: 'NOT_JSON',
    })
  })
})
