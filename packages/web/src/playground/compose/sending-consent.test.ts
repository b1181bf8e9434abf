import { expect, test } from 'vitest'
import { givenScope, scopeFor } from './sending-consent.ts'

const person = (host_id: string) => ({
  host_id,
  name: host_id,
  locale: 'fa',
  developer: false,
  operator: false,
})
const scene = {
  conversation: { id: 'c1', post_token: 'flat', seller: 'kamran', buyer: 'negar' },
  buyer: person('negar'),
  seller: person('kamran'),
  post: null,
}
const grants = (name: string, about?: { post_token?: string; conversation_id?: string }) => [
  {
    id: 'g',
    app: { slug: 'bot', display_name: 'Bot', avatar_url: null },
    scopes: [{ scope: `${name} as written`, name, display: '', ...(about && { about }) }],
    created_at: '',
    updated_at: '',
  },
]
const as = (side: 'buyer' | 'seller', app = 'bot') => ({ scene, side, app })

test('the consent that is asked for is the narrowest', () => {
  expect(scopeFor('message', { scene })).toBe('CONVERSATION_SEND_MESSAGE.c1')
  expect(scopeFor('notice', { scene })).toBe('SEND_EVENT')
  expect(scopeFor('chatbot', { scene })).toBeNull()
})

test('a consent for this conversation, this post, or all of the seller’s suffices', () => {
  const conversation = grants('CONVERSATION_SEND_MESSAGE', { conversation_id: 'c1' })
  expect(givenScope(conversation, 'message', as('buyer'))).toBe('CONVERSATION_SEND_MESSAGE as written')
  for (const [name, about] of [
    ['CHAT_POST_CONVERSATIONS_MESSAGE_SEND', { post_token: 'flat' }],
    ['CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND', undefined],
  ] as const) {
    expect(givenScope(grants(name, about), 'message', as('seller'))).toBe(`${name} as written`)
    expect(givenScope(grants(name, about), 'message', as('buyer'))).toBeNull()
  }
})

test('one for another conversation, post, purpose or app does not', () => {
  const other = grants('CONVERSATION_SEND_MESSAGE', { conversation_id: 'c2' })
  expect(givenScope(other, 'message', as('buyer'))).toBeNull()
  const otherPost = grants('CHAT_POST_CONVERSATIONS_MESSAGE_SEND', { post_token: 'car' })
  expect(givenScope(otherPost, 'message', as('seller'))).toBeNull()
  expect(givenScope(grants('SEND_EVENT'), 'message', as('seller'))).toBeNull()
  expect(givenScope(grants('SEND_EVENT'), 'notice', as('seller', 'another'))).toBeNull()
  expect(givenScope(grants('SEND_EVENT'), 'notice', as('seller'))).toBe('SEND_EVENT as written')
})
