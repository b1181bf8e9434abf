import type { Action } from '@charsu/protocol/button-grid'
import type { SendMessageBody as WireMessage } from '@charsu/protocol/send-message'
import type { Static } from 'typebox'
import { describe, expectTypeOf, test } from 'vitest'
import type { SendMessageAnswer } from './answers.ts'
import type { SendChatbotMessageBody, SendEventBody, SendMessageBody, SubscribeBody } from './bodies.ts'
import type { Client } from './client.ts'
import type { UserClient } from './user-client.ts'

describe('what compiles', () => {
  test('every body that compiles has the shape that the platform reads', () => {
    expectTypeOf<SendMessageBody>().toExtend<Static<typeof WireMessage>>()
  })

  test('a user’s client may do what the key alone may, and more', () => {
    type OfTheKey = Omit<Client, 'as' | 'inTrace'>
    expectTypeOf<OfTheKey>().toExtend<Pick<UserClient, keyof OfTheKey>>()
    expectTypeOf<UserClient>().toHaveProperty('sendMessage')
    expectTypeOf<UserClient['sendMessage']>().returns.resolves.toEqualTypeOf<SendMessageAnswer>()
  })

  test('grids of the contract’s shape', () => {
    const body: SendMessageBody = {
      message: 'When?',
      sender_buttons: {
        rows: [{ buttons: [{ caption: 'Now', action: { get_dynamic_action: { data: { now: true } } } }] }],
      },
    }
    expectTypeOf(body).toExtend<SendMessageBody>()
  })
})

describe('what does not compile', () => {
  test('what takes a user’s consent, with the key alone', () => {
    expectTypeOf<Client>().not.toHaveProperty('sendMessage')
    expectTypeOf<Client>().not.toHaveProperty('getUser')
  })

  test('a message of neither text nor file, or of both', () => {
    // @ts-expect-error: says nothing
    const nothing: SendMessageBody = {}
    // @ts-expect-error: either, each as a message of its own
    const both: SendMessageBody = { message: 'x', media_token: 'cm_1' }
    // @ts-expect-error: a chatbot's text has another name
    const other: SendMessageBody = { text_message: 'x' }
    // @ts-expect-error: a text is no image
    const typed: SendMessageBody = { message: 'x', type: 'IMAGE' }
    // @ts-expect-error: a message's text has another name
    const chatbot: SendChatbotMessageBody = { message: 'x' }
    expectTypeOf([nothing, both, other, typed, chatbot]).toBeArray()
  })

  test('a button with no action that is known, or a misspelt one', () => {
    const grid = (action: unknown) => ({ rows: [{ buttons: [{ caption: 'x', action }] }] })
    // @ts-expect-error: the action is unknown
    const vague: SendMessageBody = { message: 'x', sender_buttons: grid({}) }
    // @ts-expect-error: open_direct_link
    const misspelt: Action = { open_direct_lnk: 'https://app.example/' }
    expectTypeOf([vague, misspelt]).toBeArray()
  })

  test('events that cannot be subscribed to, and targets that are none', () => {
    // @ts-expect-error: comes by itself
    const event: SubscribeBody = { event_type: 'NEW_CHATBOT_MESSAGE' }
    // @ts-expect-error: USER or POST
    const target: SendEventBody = { message: 'x', target_type: 'CONVERSATION' }
    expectTypeOf([event, target]).toBeArray()
  })
})
