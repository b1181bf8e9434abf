import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consoleClient } from '../../packages/server/testing/console-client.ts'
import { addApp, addGrant, addUser } from '../../packages/server/testing/marketplace-fixture.ts'
import { type Answer, type ClientBed, openClientBed } from '../clients/client-bed.ts'

let bed: ClientBed
beforeAll(async () => {
  bed = await openClientBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

const USERS = '/v1/open-platform/users'
const asUser = (headers: Record<string, string>): Promise<Answer> =>
  bed.call('GET', USERS, undefined, headers)
const reason = ({ body }: Answer): unknown =>
  (body.details as { reason?: string }[]).find((detail) => detail.reason)?.reason

describe('§1 API keys', () => {
  test('missing or unknown: 401; without the permission: 403 that names it', async () => {
    expect(await asUser({ 'x-api-key': '' })).toMatchObject({ status: 401, body: { code: 16 } })
    expect(await asUser({ 'x-api-key': 'ck_nobody' })).toMatchObject({ status: 401, body: { code: 16 } })
    const app = await addApp(bed.node.db, bed.seller.id, { permissions: ['GET_POST'] })
    const { accessToken } = await addGrant(bed.node.db, app.id, bed.seller.id, ['USER_ID'])
    const answer = await asUser({ 'x-api-key': app.key, 'x-access-token': accessToken })
    expect(answer).toMatchObject({ status: 403, body: { code: 7 } })
    expect(answer.body.message).toContain('USER_RETRIEVE')
  })

  test('are shown once, kept as a hash, carry some of the app’s permissions, and end when revoked', async () => {
    const developer = await addUser(bed.node.db, { developer: true })
    const app = await addApp(bed.node.db, developer.id, { permissions: ['USER_RETRIEVE', 'GET_POST'] })
    await bed.node.db
      .insertInto('app_permissions')
      .values(['USER_RETRIEVE', 'GET_POST'].map((name) => ({ app_id: app.id, name })))
      .execute()
    const call = consoleClient(bed.node.url, developer.cookie)
    const keys = `/apps/${app.slug}/keys`
    const made = await call<{ id: string; key: string }>('POST', keys, { permissions: ['GET_POST'] })
    const { id, key } = made.body
    expect((await call('GET', keys)).text).not.toContain(key)
    const stored = await bed.node.db.selectFrom('api_keys').selectAll().where('id', '=', id).execute()
    expect(JSON.stringify(stored)).not.toContain(key)

    const post = `/v1/open-platform/finder/post/${bed.post.token}`
    expect((await bed.call('GET', post, undefined, { 'x-api-key': key })).status).toBe(200)
    const search = await bed.call('POST', '/v2/open-platform/finder/post', {}, { 'x-api-key': key })
    expect(search.body.message).toContain('SEARCH_POST')
    await call('DELETE', `${keys}/${id}`)
    expect((await bed.call('GET', post, undefined, { 'x-api-key': key })).status).toBe(401)
  })
})

describe('§1 user tokens', () => {
  test('come as Bearer, or in the older X-Access-Token', async () => {
    expect((await asUser({ 'x-access-token': '', authorization: `Bearer ${bed.accessToken}` })).status).toBe(
      200,
    )
    expect((await asUser({ 'x-access-token': bed.accessToken })).status).toBe(200)
  })

  test('missing, unknown, expired, or of another app than the key: 401', async () => {
    const { db } = bed.node
    const other = await addApp(db, bed.seller.id)
    const expired = await addGrant(db, other.id, bed.buyer.id, ['USER_ID'])
    await db
      .updateTable('access_tokens')
      .set({ expires_at: new Date(Date.now() - 1_000) })
      .where('id', '=', expired.tokenId)
      .execute()
    const answers = [
      await asUser({ 'x-access-token': '' }),
      await asUser({ 'x-access-token': 'ca_nobody' }),
      await asUser({ 'x-api-key': other.key, 'x-access-token': expired.accessToken }),
      await asUser({ 'x-api-key': other.key }),
    ]
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(Array(4).fill([401, 16]))
    expect(new Set(answers.map(reason)).size).toBeGreaterThan(2)
  })

  test('no key stands in for a token, and no token for a key', async () => {
    expect((await asUser({ 'x-access-token': bed.app.key })).status).toBe(401)
    expect((await asUser({ 'x-api-key': bed.accessToken })).status).toBe(401)
  })
})

describe('§1 ids', () => {
  const idIn = async (app: { id: string; key: string }, userId: string): Promise<string> => {
    const { accessToken } = await addGrant(bed.node.db, app.id, userId, ['USER_ID'])
    const answer = await asUser({ 'x-api-key': app.key, 'x-access-token': accessToken })
    return answer.body.user_id as string
  }

  test('a user has another id in every app, always the same there, and none that shows who it is', async () => {
    const apps = [await addApp(bed.node.db, bed.seller.id), await addApp(bed.node.db, bed.seller.id)]
    const users = [await addUser(bed.node.db), await addUser(bed.node.db)]
    const ids: string[] = []
    for (const app of apps) for (const user of users) ids.push(await idIn(app, user.id))
    expect(new Set(ids).size).toBe(4)
    for (const id of ids) {
      expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
      for (const { id: inside, hostId } of users) expect([inside, hostId]).not.toContain(id)
    }
    expect(ids[0]).not.toContain(ids[2]!.slice(0, 6))
    await bed.node.db.deleteFrom('grants').where('app_id', '=', apps[0]!.id).execute()
    expect(await idIn(apps[0]!, users[0]!.id)).toBe(ids[0])
  })

  test('the id of one app means nothing in another', async () => {
    const app = await addApp(bed.node.db, bed.seller.id)
    const answer = await bed.call(
      'POST',
      `/v1/open-platform/chat/bot/users/${bed.ids.buyer}/messages`,
      { text_message: 'hello' },
      { 'x-api-key': app.key, 'x-access-token': '' },
    )
    expect([403, 404]).toContain(answer.status)
  })

  test('a post token has 1 to 16 characters; what is none is 400 or not there', async () => {
    expect(bed.post.token).toMatch(/^[A-Za-z0-9_]{1,16}$/)
    for (const token of ['a-b', 'x'.repeat(17), ' ', '%00']) {
      const path = `/v1/open-platform/finder/post/${token === '%00' ? token : encodeURIComponent(token)}`
      expect([400, 404]).toContain((await bed.call('GET', path)).status)
    }
  })

  test('a conversation id is a UUID of any version, in any casing', async () => {
    const { accessToken } = await addGrant(bed.node.db, bed.app.id, bed.buyer.id, [
      `CONVERSATION_SEND_MESSAGE.${bed.conversationId}`,
    ])
    const path = `/v2/open-platform/conversations/${bed.conversationId.toUpperCase()}/messages`
    const answer = await bed.call('POST', path, { message: 'hi' }, { 'x-access-token': accessToken })
    expect(answer.status).toBe(200)
    const none = await bed.call('POST', '/v2/open-platform/conversations/conv_123456/messages', {
      message: 'hi',
    })
    expect([400, 403]).toContain(none.status)
    for (const version of ['1', '4', '7']) {
      const id = `${randomUUID().slice(0, 14)}${version}${randomUUID().slice(15)}`
      const unknown = await bed.call('GET', `/v1/open-platform/chat/conversations/${id}`)
      expect(unknown.status).toBe(403)
    }
  })
})
