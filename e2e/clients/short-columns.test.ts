import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchangeCode, obtainCode, refresh } from '../../packages/server/testing/consent-flow.ts'
import { type ClientBed, openClientBed } from './client-bed.ts'

const BACK = 'https://app.example/callback'

let bed: ClientBed
beforeAll(async () => {
  bed = await openClientBed({ app: { redirectUris: [BACK] } })
})
afterAll(() => bed[Symbol.asyncDispose]())

/** Fits into any column, and means itself in a query, a header and a cookie. */
const OPAQUE = /^[A-Za-z0-9_-]{1,100}$/

describe('§1 a client that keeps tokens in short columns', () => {
  test('codes and tokens have at most 100 characters, however many scopes they carry', async () => {
    const scope = [
      'USER_ID USER_PHONE USER_POSTS_GET SEND_EVENT NOTIFICATION_ACCESS_REVOCATION openid offline_access',
      `CONVERSATION_SEND_MESSAGE.${bed.conversationId}`,
      `CHAT_CONVERSATION_READ.${bed.conversationId}`,
      `CHAT_POST_CONVERSATIONS_READ.${bed.post.token}`,
    ].join(' ')
    const ask = { app: bed.app, redirectUri: BACK, scope }
    const code = await obtainCode(bed.node, bed.seller, ask)
    const first = await exchangeCode(bed.node, bed.app, code, BACK)
    const second = await refresh(bed.node, bed.app, first.body.refresh_token)
    const older = await bed.call('POST', '/v1/open-platform/oauth/access_token', {
      code: await obtainCode(bed.node, bed.seller, ask),
      client_id: bed.app.slug,
      client_secret: bed.app.key,
      grant_type: 'authorization_code',
    })
    for (const { body } of [first, second, older]) {
      expect(body.access_token).toMatch(OPAQUE)
      expect(body.refresh_token).toMatch(OPAQUE)
    }
    expect(code).toMatch(OPAQUE)
  })

  test('an id of a user has at most 64 characters, and is the same every time', async () => {
    const ids = []
    for (const method of ['GET', 'POST'])
      ids.push((await bed.call(method, '/v1/open-platform/users')).body.user_id)
    expect(ids).toEqual([bed.ids.seller, bed.ids.seller])
    expect(bed.ids.seller).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
  })
})
