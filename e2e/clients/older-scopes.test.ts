import { encodeChatPeers } from '@charsu/protocol/chat-peers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  authorizePath,
  exchangeCode,
  locationOf,
  obtainCode,
  open,
} from '../../packages/server/testing/consent-flow.ts'
import { type ClientBed, openClientBed } from './client-bed.ts'

const BACK = 'https://app.example/callback'

let bed: ClientBed
beforeAll(async () => {
  bed = await openClientBed({ app: { redirectUris: [BACK] } })
})
afterAll(() => bed[Symbol.asyncDispose]())

/** The scope of the answer, and the token that carries it. */
async function granted(scope: string) {
  const code = await obtainCode(bed.node, bed.seller, { app: bed.app, redirectUri: BACK, scope })
  const { body } = await exchangeCode(bed.node, bed.app, code, BACK)
  return { scope: body.scope, token: String(body.access_token) }
}

const peers = () => encodeChatPeers(bed.ids.seller, bed.post.token, bed.ids.buyer)

describe('§1 and §7 a client that writes scopes as they were written years ago', () => {
  test.each([
    ['NAME__RESOURCE', () => [`CHAT_POST_CONVERSATIONS_READ__${bed.post.token}`]],
    [
      'older names',
      () => [
        `CHAT_SEND_MESSAGE_OAUTH__${peers()}`,
        `CHAT_SEND_MESSAGE_POST_CONVERSATIONS__${bed.post.token}`,
        `CHAT_READ_POST_CONVERSATIONS__${bed.post.token}`,
        `ADDON_USER_APPROVED__${bed.post.token}`,
        'USER_ADDON_CREATE',
        'USER_PHONE',
      ],
    ],
    ['older names with a point', () => [`CHAT_SEND_MESSAGE_OAUTH.${peers()}`]],
    ['upper case where the present name has none', () => ['OFFLINE_ACCESS', 'OPENID', 'USER_ID']],
    ['base64 without its padding', () => [`CHAT_MESSAGE_SEND.${peers().replaceAll('=', '')}`]],
  ])('%s: echoed word for word', async (_, scopes) => {
    const asked = scopes().join(' ')
    expect((await granted(asked)).scope).toBe(asked)
  })

  test('they allow what their present names do', async () => {
    const { token } = await granted(
      `CHAT_SEND_MESSAGE_OAUTH__${peers()} CHAT_READ_POST_CONVERSATIONS__${bed.post.token}`,
    )
    const as = { 'x-access-token': token }
    const sent = await bed.call(
      'POST',
      '/v2/open-platform/chat/conversation',
      {
        user_id: bed.ids.seller,
        peer_id: bed.ids.buyer,
        post_token: bed.post.token,
        type: 'TEXT',
        message: 'hello',
      },
      as,
    )
    const heard = await bed.call(
      'POST',
      '/v1/open-platform/notify/chat/post-conversations',
      { post_token: bed.post.token, endpoint: 'http://127.0.0.1:9/listen', identification_key: 'secret' },
      as,
    )
    expect([sent.status, heard.status]).toEqual([200, 200])
  })

  test('one that is named twice is granted once, in the order of first mention', async () => {
    const conversation = `CONVERSATION_SEND_MESSAGE.${bed.conversationId}`
    const { scope, token } = await granted(`USER_PHONE ${conversation} USER_PHONE  USER_ID ${conversation}`)
    expect(scope).toBe(`USER_PHONE ${conversation} USER_ID`)
    const sent = await bed.call('POST', bed.sendPath, { message: 'hello' }, { 'x-access-token': token })
    expect(sent.status).toBe(200)
  })

  test('two spellings of one scope are both echoed, and allow the same', async () => {
    const both = `CHAT_MESSAGE_SEND.${peers()} CHAT_SEND_MESSAGE_OAUTH__${peers()}`
    expect((await granted(both)).scope).toBe(both)
  })

  test.each([
    ['of somebody else', () => encodeChatPeers(bed.ids.buyer, bed.post.token, bed.ids.seller)],
    ['about a post that is not there', () => encodeChatPeers(bed.ids.seller, 'nothing', bed.ids.buyer)],
    ['with a peer who is not there', () => encodeChatPeers(bed.ids.seller, bed.post.token, 'nobody')],
    ['with oneself', () => encodeChatPeers(bed.ids.seller, bed.post.token, bed.ids.seller)],
    ['that is no base64', () => 'seller:post:buyer'],
    ['of two parts', () => btoa(`${bed.ids.seller}:${bed.post.token}`)],
  ])('CHAT_MESSAGE_SEND %s is refused before consent is shown', async (_, resource) => {
    const ask = { app: bed.app, redirectUri: BACK, scope: `CHAT_MESSAGE_SEND.${resource()}`, state: 's' }
    const location = locationOf(await open(bed.node, authorizePath(ask), bed.seller))
    expect(location.searchParams.get('error')).toBe('invalid_scope')
    expect(location.searchParams.get('error_description')).toContain('CHAT_MESSAGE_SEND')
    expect(location.searchParams.get('state')).toBe('s')
  })
})
