import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dynamicActionRequest, readDynamicAnswer } from './dynamic-action.ts'

describe('the request', () => {
  test('says where the click was, and leaves out what does not apply', () => {
    const facts = { touchpoint: 'CHAT', userId: 'me', data: { k: 1 } }
    expect(
      dynamicActionRequest({ ...facts, userSide: 'DEMAND', postToken: 'tok', conversationId: 'conv' }),
    ).toEqual({
      touchpoint: 'CHAT',
      post_token: 'tok',
      conversation_id: 'conv',
      user_side: 'DEMAND',
      extra_data: { k: 1 },
      user_id: 'me',
    })
    expect(dynamicActionRequest(facts)).toEqual({ touchpoint: 'CHAT', extra_data: { k: 1 }, user_id: 'me' })
  })
})

describe('the answer', () => {
  test.each([
    ['', { kind: 'done' }],
    ['{}', { kind: 'done' }],
    ['{"action":null,"text_message":null}', { kind: 'done' }],
    ['{"action":{},"text_message":"saved"}', { kind: 'done', text: 'saved' }],
    ['{"action":{"open_direct_link":null,"open_post_page":null}}', { kind: 'done' }],
    [
      '{"action":{"open_direct_link":"https://a.b","get_dynamic_action":null}}',
      { kind: 'done', action: { open_direct_link: 'https://a.b' } },
    ],
    [
      '{"action":{"get_dynamic_action":{"data":{"step":2}}},"text_message":"next","status":"ok","message":"m"}',
      {
        kind: 'done',
        action: { get_dynamic_action: { data: { step: 2 } } },
        text: 'next',
        status: 'ok',
        message: 'm',
      },
    ],
  ])('%s is used', (body, expected) => {
    expect(readDynamicAnswer(body)).toEqual(expected)
  })

  test.each([
    ['oops', 'NOT_JSON', /not a JSON object/],
    ['{"action":"open"}', 'BAD_ACTION', /action is required; send an action/],
    ['{"action":{"open_link":"https://a.b"}}', 'BAD_ACTION', /has no action/],
    [
      '{"action":{"open_direct_link":"ftp://a.b"},"text_message":"x"}',
      'BAD_ACTION',
      /open_direct_link must be an http/,
    ],
    [
      '{"action":{"open_direct_link":"https://a.b","open_post_page":{"post_token":"t"}}}',
      'BAD_ACTION',
      /keep one/,
    ],
  ])('%s fails with its cause', (body, fault, detail) => {
    expect(readDynamicAnswer(body)).toEqual({ kind: 'failed', fault, detail: expect.stringMatching(detail) })
  })

  test('never makes the reader throw', () => {
    const answer = fc.record({ action: fc.jsonValue(), text_message: fc.jsonValue() }, { requiredKeys: [] })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          answer.map((a) => JSON.stringify(a)),
        ),
        (body) => {
          expect(['done', 'failed']).toContain(readDynamicAnswer(body).kind)
        },
      ),
    )
  })
})
