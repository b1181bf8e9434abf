import { MESSAGE_TYPES } from '@charsu/protocol/chat-message'
import { EVENT_TYPES, POST_UPDATE_TYPES } from '@charsu/protocol/events'
import { parser } from '@charsu/protocol/parse'
import { expect, test } from 'vitest'
import { findTrigger, TRIGGERS } from './find-trigger.ts'
import type { Trigger } from './trigger.ts'

const sample = (trigger: Trigger): Record<string, unknown> =>
  trigger.sample({
    url: 'http://localhost:4400',
    conversationId: '11111111-1111-4111-8111-111111111111',
    postToken: 'flat',
    slug: 'app',
    newId: () => '22222222-2222-4222-8222-222222222222',
    now: 1_700_000_000_000,
  }) as Record<string, unknown>

test.each(TRIGGERS.map((trigger) => [trigger.name, trigger] as const))(
  '%s is what the wire contract says, without a field more or less',
  (_, trigger) => {
    const body = sample(trigger)
    expect(parser(trigger.schema).parse(body)).toEqual({ ok: true, value: body })
  },
)

test('every event of the wire contract can be triggered, with every content and every change', () => {
  const types = new Set(
    TRIGGERS.filter(({ call }) => call === 'event').map((trigger) => sample(trigger).type),
  )
  expect(types).toEqual(new Set(EVENT_TYPES))
  for (const type of MESSAGE_TYPES) {
    expect(sample(findTrigger(`new-message:${type}`)).new_message).toMatchObject({ type })
    expect(sample(findTrigger(`new-chatbot-message:${type}`)).new_chatbot_message).toMatchObject({ type })
  }
  for (const type of POST_UPDATE_TYPES) {
    expect(sample(findTrigger(`post-update:${type}`)).post_update).toMatchObject({ type })
  }
})

test('a kind alone is its first, and names may be written as the wire has them', () => {
  expect(findTrigger('new-message').name).toBe('new-message:text')
  expect(findTrigger('POST_UPDATE').name).toBe('post-update:publish')
  expect(findTrigger('session').name).toBe('session:v2')
  expect(findTrigger(' New_Message:Image ').name).toBe('new-message:image')
})

test.each([
  ['new-mesage', 'Did you mean new-message?'],
  ['new-message:imag', 'Did you mean new-message:image?'],
  ['post-update:published', 'Did you mean post-update:publish?'],
  ['sesion', 'Did you mean session?'],
  ['session:v3', 'Did you mean session:v2?'],
  ['banana', '"charsu trigger --list" shows all of them.'],
])('%s is told what it may be', (given, hint) => {
  expect(() => findTrigger(given)).toThrow(
    expect.objectContaining({ exitCode: 2, hint: expect.stringContaining(hint) }),
  )
})
