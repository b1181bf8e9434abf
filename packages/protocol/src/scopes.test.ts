import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeChatPeers } from './chat-peers.ts'
import { PERMISSION_NAMES, PERMISSIONS, permissionFault } from './permissions.ts'
import {
  matchesScope,
  parseScope,
  parseScopeList,
  resourceKind,
  SCOPE_NAMES,
  SCOPES,
  scopeList,
} from './scopes.ts'

const CONVERSATION = '62c8a1f0-0000-4000-8000-00000000abcd'
const PEERS = encodeChatPeers('user-1', 'AbC_12', 'user_2')

function canonical(text: string): string | undefined {
  const result = parseScope(text)
  return result.ok ? result.scope.canonical : undefined
}

function message(text: string): string {
  const result = parseScope(text)
  return result.ok ? '' : result.message
}

describe('a scope is read', () => {
  test.each([
    [`CONVERSATION_SEND_MESSAGE.${CONVERSATION}`, 'CONVERSATION_SEND_MESSAGE', CONVERSATION],
    [`CONVERSATION_SEND_MESSAGE__${CONVERSATION}`, 'CONVERSATION_SEND_MESSAGE', CONVERSATION],
    [`CHAT_CONVERSATION_READ.${CONVERSATION.toUpperCase()}`, 'CHAT_CONVERSATION_READ', CONVERSATION],
    ['CHAT_POST_CONVERSATIONS_READ.AbC_12', 'CHAT_POST_CONVERSATIONS_READ', 'AbC_12'],
    ['CHAT_POST_CONVERSATIONS_READ.__x__', 'CHAT_POST_CONVERSATIONS_READ', '__x__'],
    ['CHAT_POST_CONVERSATIONS_READ____x', 'CHAT_POST_CONVERSATIONS_READ', '__x'],
    ['CHAT_SEND_MESSAGE_POST_CONVERSATIONS.tok', 'CHAT_POST_CONVERSATIONS_MESSAGE_SEND', 'tok'],
    ['ADDON_USER_APPROVED__tok', 'POST_ADDON_CREATE', 'tok'],
    [`CHAT_MESSAGE_SEND.${PEERS}`, 'CHAT_MESSAGE_SEND', PEERS],
    [`CHAT_SEND_MESSAGE_OAUTH.${PEERS.replace(/=+$/, '')}`, 'CHAT_MESSAGE_SEND', PEERS],
    ['USER_PHONE', 'USER_PHONE', undefined],
    ['offline_access', 'offline_access', undefined],
    ['OPENID', 'openid', undefined],
  ])('%s', (text, name, resource) => {
    const expected =
      resource === undefined
        ? { name, canonical: name }
        : { name, resource, canonical: `${name}.${resource}` }
    expect(parseScope(text)).toEqual({ ok: true, scope: { ...expected, verbatim: text } })
  })
})

describe('a wrong scope is refused with the way to write it', () => {
  test.each([
    [
      'CONVERSATION_SEND_MESAGE.x',
      /"CONVERSATION_SEND_MESAGE" is not a scope\. Did you mean "CONVERSATION_SEND_MESSAGE"\?/,
    ],
    ['user_phone', /Did you mean "USER_PHONE"\?/],
    ['NOTHING_LIKE_IT_AT_ALL', /See the list at GET/],
    ['', /is not a scope/],
    ['constructor', /is not a scope/],
    ['__proto__', /is not a scope/],
    ['CONVERSATION_SEND_MESSAGE', /write CONVERSATION_SEND_MESSAGE\.\{conversation_id\}/],
    ['CONVERSATION_SEND_MESSAGE.', /write CONVERSATION_SEND_MESSAGE\.\{conversation_id\}/],
    ['CONVERSATION_SEND_MESSAGE.resource_id', /must be a conversation id, which is a UUID/],
    ['CHAT_POST_CONVERSATIONS_READ.seventeen_letters', /must be a post token/],
    ['CHAT_MESSAGE_SEND.!!!', /standard base64 of user_id:post_token:peer_id/],
    [`CHAT_MESSAGE_SEND.${btoa('only:two')}`, /standard base64/],
    [`CHAT_MESSAGE_SEND.${btoa('a:b:c:d')}`, /standard base64/],
    [`CHAT_MESSAGE_SEND.${btoa('a:b/c:d')}`, /standard base64/],
    ['CHAT_MESSAGE_SEND.A', /standard base64/],
    ['USER_PHONE.me', /takes no resource; write it alone/],
  ])('%s', (text, expected) => {
    expect(message(text)).toMatch(expected)
  })
})

describe('lists', () => {
  test('are split at spaces, each scope once, in order and as written', () => {
    expect(scopeList('  USER_PHONE openid  USER_PHONE\nSEND_EVENT ')).toEqual([
      'USER_PHONE',
      'openid',
      'SEND_EVENT',
    ])
    expect(scopeList('')).toEqual([])
  })

  test('are read whole, or refused with every wrong scope', () => {
    const read = parseScopeList('USER_ID offline_access')
    expect(read.ok && read.scopes.map((scope) => scope.verbatim)).toEqual(['USER_ID', 'offline_access'])
    const wrong = parseScopeList('USER_IDD USER_ID POST_EDIT')
    expect(wrong.ok ? [] : wrong.messages).toHaveLength(2)
  })
})

describe('a grant covers what it names and nothing else', () => {
  test('in every spelling', () => {
    const granted = [`CONVERSATION_SEND_MESSAGE__${CONVERSATION}`, 'CHAT_SEND_MESSAGE_POST_CONVERSATIONS.tok']
    expect(matchesScope(granted, `CONVERSATION_SEND_MESSAGE.${CONVERSATION}`)).toBe(true)
    expect(matchesScope(granted, 'CHAT_POST_CONVERSATIONS_MESSAGE_SEND.tok')).toBe(true)
    expect(matchesScope(granted, 'CHAT_POST_CONVERSATIONS_MESSAGE_SEND.Tok')).toBe(false)
    expect(matchesScope(granted, 'CHAT_POST_CONVERSATIONS_READ.tok')).toBe(false)
    expect(matchesScope(granted, 'CONVERSATION_SEND_MESSAGE')).toBe(false)
    expect(matchesScope([], 'USER_ID')).toBe(false)
  })

  test('even where both hold the same nonsense', () => {
    expect(matchesScope(['NONSENSE'], 'NONSENSE')).toBe(false)
  })
})

describe('whatever comes in', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)
  const postToken = fc.stringMatching(/^[A-Za-z0-9_]{1,16}$/)
  const resources = {
    none: fc.constant(undefined),
    conversation_id: fc.uuid(),
    post_token: postToken,
    chat_peers: fc.tuple(id, postToken, id).map(([user, post, peer]) => encodeChatPeers(user, post, peer)),
    business_token: id,
    app_slug: id,
  }
  const scope = fc
    .constantFrom(...SCOPE_NAMES)
    .chain((name) => fc.tuple(fc.constant(name), fc.constantFrom('.', '__'), resources[resourceKind(name)]))

  test('every scope survives being written and read, in both spellings', () => {
    fc.assert(
      fc.property(scope, ([name, separator, resource]) => {
        const text = resource === undefined ? name : `${name}${separator}${resource}`
        const result = parseScope(text)
        expect(result).toMatchObject({ ok: true, scope: { name, verbatim: text } })
        if (!result.ok) return
        expect(result.scope.resource).toBe(resource)
        expect(canonical(result.scope.canonical)).toBe(result.scope.canonical)
        expect(matchesScope([text], result.scope.canonical)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('no text makes the parser throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const result = parseScope(text)
        expect(result.ok || result.message.length > 0).toBe(true)
      }),
    )
  })
})

describe('the lists of names', () => {
  test('show every scope once, in upper case', () => {
    const slugs = SCOPES.map((entry) => entry.slug)
    expect(new Set(slugs).size).toBe(slugs.length)
    expect(slugs).toContain('OFFLINE_ACCESS')
    for (const slug of slugs) expect(slug).toMatch(/^[A-Z_]+$/)
  })

  test('show every permission once, and suggest the nearest for a misspelt one', () => {
    expect(PERMISSIONS.map((entry) => entry.slug)).toEqual([...new Set(PERMISSION_NAMES)])
    expect(permissionFault('EVENTS_SEND')).toBeUndefined()
    expect(permissionFault('EVENT_SEND')).toMatch(/Did you mean "EVENTS_SEND"\?/)
    expect(permissionFault('toString')).toMatch(/is not a permission/)
  })
})
