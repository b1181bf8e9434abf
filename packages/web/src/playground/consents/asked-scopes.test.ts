import { parseScope } from '@charsu/protocol/scopes'
import { expect, test } from 'vitest'
import { ASKABLE, ASKABLE_SCOPES, askedScopes, consentPath, resourcesOf } from './asked-scopes.ts'

const here = {
  version: '1',
  url: 'http://localhost',
  people: [{ host_id: 'negar', name: 'Negar', locale: 'fa', developer: false, operator: false }],
  posts: [
    { token: 'flat', title: 'A flat', category: 'c', city: 'x', state: 'PUBLISHED', owner: 'kamran' },
    { token: 'bike', title: '', category: 'c', city: 'x', state: 'PUBLISHED', owner: 'negar' },
  ],
  conversations: [
    { id: '01900000-0000-7000-8000-000000000001', post_token: 'flat', seller: 'kamran', buyer: 'negar' },
  ],
  apps: [],
}
const CONVERSATION = here.conversations[0]!.id

test('every scope that can be asked for is one of the platform’s, about what it says', () => {
  const resource = { none: '', post: '.flat', conversation: `.${CONVERSATION}` }
  for (const scope of ASKABLE_SCOPES) {
    expect(parseScope(scope + resource[ASKABLE[scope]])).toMatchObject({ ok: true })
  }
})

test('a scope can be about a person’s own posts and conversations alone', () => {
  expect(resourcesOf(here, 'kamran', 'CHAT_POST_CONVERSATIONS_READ')).toEqual([
    { id: 'flat', title: 'A flat', peer: null },
  ])
  expect(resourcesOf(here, 'kamran', 'CONVERSATION_SEND_MESSAGE')).toEqual([
    { id: CONVERSATION, title: 'A flat', peer: 'Negar' },
  ])
  expect(resourcesOf(here, 'emma', 'CONVERSATION_SEND_MESSAGE')).toEqual([])
  expect(resourcesOf(here, 'negar', 'SEND_EVENT')).toEqual([])
})

test('another person’s resource gives way to one of this person’s, and a scope without any is not asked for', () => {
  const asked = { CHAT_POST_CONVERSATIONS_READ: 'flat', SEND_EVENT: '', CHAT_CONVERSATION_READ: '' }
  const texts = (person: string) => askedScopes(here, person, asked).map(({ text }) => text)
  expect(texts('kamran')).toEqual([
    `CHAT_CONVERSATION_READ.${CONVERSATION}`,
    'CHAT_POST_CONVERSATIONS_READ.flat',
    'SEND_EVENT',
  ])
  expect(texts('negar')).toContain('CHAT_POST_CONVERSATIONS_READ.bike')
  expect(texts('emma')).toEqual(['SEND_EVENT'])
})

test('the consent page opens as that person, with everything percent-encoded', () => {
  const path = consentPath('a/b', { slug: 'bot', redirectUri: 'http://x/?a=1&b=2' }, ['A.1', 'B'])
  expect(path.startsWith('/dev/as/a%2Fb/oauth2/auth?')).toBe(true)
  const query = new URL(path, 'http://x').searchParams
  expect(query.get('redirect_uri')).toBe('http://x/?a=1&b=2')
  expect(query.get('scope')).toBe('A.1 B')
})
