import { parseScope, SCOPE_NAMES } from '@charsu/protocol/scopes'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { scope } from './scope.ts'

const postToken = fc.stringMatching(/^[A-Za-z0-9_]{1,16}$/)

describe('what a builder spells is the scope that the platform reads', () => {
  test('about a conversation', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.boolean(), (id, isUpper) => {
        const spelt = isUpper ? id.toUpperCase() : id
        expect(parseScope(scope.sendMessage(spelt))).toMatchObject({
          ok: true,
          scope: { name: 'CONVERSATION_SEND_MESSAGE', resource: id },
        })
        expect(parseScope(scope.readConversation(spelt))).toMatchObject({
          ok: true,
          scope: { name: 'CHAT_CONVERSATION_READ', resource: id },
        })
      }),
    )
  })

  test('about a post', () => {
    fc.assert(
      fc.property(postToken, (token) => {
        expect(parseScope(scope.sendInPostConversations(token))).toMatchObject({
          ok: true,
          scope: { name: 'CHAT_POST_CONVERSATIONS_MESSAGE_SEND', resource: token },
        })
        expect(parseScope(scope.readPostConversations(token))).toMatchObject({
          ok: true,
          scope: { name: 'CHAT_POST_CONVERSATIONS_READ', resource: token },
        })
      }),
    )
  })

  test('about nothing but the user', () => {
    const plain = Object.values(scope).filter((each) => typeof each === 'string')
    expect(plain).toHaveLength(9)
    for (const name of plain) {
      expect(SCOPE_NAMES).toContain(name)
      expect(parseScope(name)).toMatchObject({ ok: true, scope: { name } })
    }
  })
})

describe('an id that is none', () => {
  test('is refused here, and not on the user’s screen', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^[0-9a-f-]{36}$/i.test(text))
        expect(() => scope.sendMessage(text)).toThrow(TypeError)
        expect(() => scope.readConversation(text)).toThrow(TypeError)
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^[A-Za-z0-9_]{1,16}$/.test(text))
        expect(() => scope.sendInPostConversations(text)).toThrow(TypeError)
        expect(() => scope.readPostConversations(text)).toThrow(TypeError)
      }),
    )
  })

  test('is named, with what was expected and what to do', () => {
    expect(() => scope.sendMessage('62c8')).toThrow(
      'scope.sendMessage takes a conversation id, which is a UUID, but got "62c8": pass the id of a message\'s conversation',
    )
    expect(() => scope.readPostConversations('two words')).toThrow(
      'scope.readPostConversations takes a post token, 1 to 16 letters, digits or underscores, but got "two words": pass the token of a post',
    )
    expect(() => scope.sendMessage(undefined as unknown as string)).toThrow('but got undefined')
  })
})

test('the type of a scope shows what it is, and a missing id does not compile', () => {
  expectTypeOf(scope.sendMessage).returns.toEqualTypeOf<`CONVERSATION_SEND_MESSAGE.${string}`>()
  expectTypeOf(scope.userId).toEqualTypeOf<'USER_ID'>()
  // @ts-expect-error: it is about a conversation
  expect(() => scope.sendMessage()).toThrow(TypeError)
  // @ts-expect-error: no such scope
  expect(scope.userIds).toBeUndefined()
})
