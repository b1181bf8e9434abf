import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import {
  chatMessage,
  NewChatbotMessageEvent,
  NewMessageEvent,
  newChatbotMessageEvent,
  newMessageEvent,
  PostUpdateEvent,
  postUpdateEvent,
  UserAccessRevocationEvent,
  userAccessRevocationEvent,
} from './events.ts'
import type { FinderPost } from './posts.ts'
import { userAnswer } from './users.ts'

const facts = {
  id: 'm1',
  conversationId: 'c1',
  sentAt: 1_800_000_000_000_001,
  type: 'TEXT' as const,
  content: { text: 'سلام' },
}

describe('an event', () => {
  test('of a new message carries metadata, side, kind of sender and integer microseconds', () => {
    const event = newMessageEvent(
      { k: 'v' },
      chatMessage({ ...facts, postToken: 'tok', side: 'BUYER', byApp: false }),
    )
    expect(event).toEqual({
      type: 'NEW_MESSAGE',
      metadata: { k: 'v' },
      new_message: {
        id: 'm1',
        conversation: { id: 'c1', type: 'POST', post_token: 'tok' },
        sender: { side: 'BUYER', type: 'HUMAN' },
        type: 'TEXT',
        sent_at: 1_800_000_000_000_001,
        text: 'سلام',
      },
    })
    expect(Compile(NewMessageEvent).Check(JSON.parse(JSON.stringify(event)))).toBe(true)
  })

  test('of an app message in a POST conversation says that a bot sent it', () => {
    const message = chatMessage({ ...facts, postToken: 'tok', side: 'SELLER', byApp: true })
    expect(message.sender).toEqual({ side: 'SELLER', type: 'BOT' })
  })

  test("of a chatbot's conversation has neither post nor side", () => {
    const event = newChatbotMessageEvent(chatMessage({ ...facts, side: 'BUYER', byApp: false }))
    expect(event.new_chatbot_message.conversation).toEqual({ id: 'c1', type: 'BOT' })
    expect(event.new_chatbot_message.sender).toEqual({ type: 'HUMAN' })
    expect(Compile(NewChatbotMessageEvent).Check(event)).toBe(true)
  })

  test('of a revoked consent names the user alone', () => {
    const event = userAccessRevocationEvent('u1')
    expect(event).toEqual({ type: 'USER_ACCESS_REVOCATION', user_access_revocation: { user_id: 'u1' } })
    expect(Compile(UserAccessRevocationEvent).Check(event)).toBe(true)
  })

  test.each([
    ['PUBLISH', false],
    ['ONGOING', false],
    ['RETIRE', true],
    ['ARCHIVE', true],
  ] as const)('of a post %s shows the token only: %s', (type, tokenOnly) => {
    const post: FinderPost = {
      token: 'tok',
      state: 'PUBLISHED',
      category: 'apartment-sell',
      city: 'tehran',
      district: 'abshar',
      data: { rooms: 2 },
      first_published_at: '2026-01-02T03:04:05Z',
    }
    const event = postUpdateEvent({}, type, post)
    expect(event.post_update.post).toEqual(tokenOnly ? { token: 'tok' } : post)
    expect(Compile(PostUpdateEvent).Check(event)).toBe(true)
  })
})

describe('a user is shown', () => {
  const user = { id: 'u1', phone: '09120000000' }
  test.each([
    [[], {}],
    [['USER_ID'], { user_id: 'u1' }],
    [['USER_PHONE'], { phone_number: '09120000000', phone_numbers: ['09120000000'] }],
    [
      ['USER_ID', 'USER_PHONE', 'openid'],
      { user_id: 'u1', phone_number: '09120000000', phone_numbers: ['09120000000'] },
    ],
  ])('as far as %j allow', (scopes, expected) => {
    expect(userAnswer(user, new Set(scopes))).toEqual(expected)
  })

  test('without a number where there is none', () => {
    expect(userAnswer({ id: 'u1' }, new Set(['USER_PHONE']))).toEqual({ phone_numbers: [] })
  })
})
