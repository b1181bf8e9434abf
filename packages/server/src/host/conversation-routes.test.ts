import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { helpDetail } from '../../testing/help-page.ts'
import { badFields, type HostClient, hostClient } from '../../testing/host-client.ts'
import { addApp, addGrant, addPost, addUser, type UserFixture } from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

describe('host API: conversations', () => {
  let node: TestServer
  let host: HostClient
  let seller: UserFixture
  let buyer: UserFixture
  let post: { id: string; token: string }

  beforeAll(async () => {
    node = await startTestServer()
    host = hostClient(node)
    seller = await addUser(node.db)
  })
  beforeEach(async () => {
    buyer = await addUser(node.db)
    post = await addPost(node.db, seller.id)
  })
  afterAll(() => node.close())

  const open = (more: Record<string, unknown> = {}) =>
    host('POST', '/conversations', { post_token: post.token, buyer: buyer.hostId, ...more })

  const openedId = async (): Promise<string> =>
    ((await open()).body as { conversation_id: string }).conversation_id

  describe('opening', () => {
    test('a buyer and a post have one conversation, also when two calls open it at once', async () => {
      const answers = await Promise.all([open(), open()])
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      const bodies = answers.map(({ body }) => body as { conversation_id: string; created: boolean })
      expect(bodies[0]!.conversation_id).toBe(bodies[1]!.conversation_id)
      expect(bodies.map(({ created }) => created).sort()).toEqual([false, true])
      expect(bodies[0]).toMatchObject({
        post_token: post.token,
        supplier: seller.hostId,
        buyer: buyer.hostId,
      })
    })

    test('the host may give its id, and hears of it when it is taken', async () => {
      const id = randomUUID()
      expect(await open({ conversation_id: id.toUpperCase() })).toMatchObject({
        status: 200,
        body: { conversation_id: id, created: true },
      })
      expect(await open({ conversation_id: id })).toMatchObject({ status: 200, body: { created: false } })
      expect(await open({ conversation_id: randomUUID() })).toMatchObject({
        status: 409,
        body: {
          code: 6,
          message: expect.stringContaining(id),
          details: [{ metadata: { conversation_id: id } }, helpDetail('CONVERSATION_EXISTS')],
        },
      })
      const stranger = await addUser(node.db)
      expect(await open({ conversation_id: id, buyer: stranger.hostId })).toMatchObject({
        status: 409,
        body: { code: 6, message: expect.stringContaining(id) },
      })
    })

    test.each([
      ['no post', { post_token: null }, 'post_token', 'required'],
      ['a bad token', { post_token: 'a-b' }, 'post_token', '1 to 16'],
      ['no buyer', { buyer: null }, 'buyer', 'required'],
      ['a bad id', { conversation_id: 'c1' }, 'conversation_id', 'UUID'],
    ])('with %s is 400', async (_name, body, field, words) => {
      expect(await open(body)).toMatchObject(badFields({ [field]: expect.stringContaining(words) }))
    })

    test('the post and the buyer must exist, and be of two people', async () => {
      expect(await open({ post_token: 'nothing' })).toMatchObject({
        status: 404,
        body: { code: 5, message: expect.stringContaining('nothing') },
      })
      expect(await open({ buyer: 'nobody' })).toMatchObject({
        status: 404,
        body: { code: 5, message: expect.stringContaining('nobody') },
      })
      expect(await open({ buyer: seller.hostId })).toMatchObject(
        badFields({ post_token: expect.stringContaining('the buyer owns the post') }),
      )
    })

    test('a post without chat takes no new conversation: 412', async () => {
      await host('PUT', `/posts/${post.token}`, { chat_enabled: false })
      expect(await open()).toMatchObject({
        status: 412,
        body: { code: 9, details: [{ reason: 'CHAT_DISABLED' }, helpDetail('CHAT_DISABLED')] },
      })
    })
  })

  describe('sending', () => {
    test('what both sides wrote is read back in order', async () => {
      const id = await openedId()
      const first = await host('POST', `/conversations/${id}/messages`, {
        sender: buyer.hostId,
        text: 'سلام',
      })
      expect(first).toMatchObject({ status: 200, body: { sequence: 1, message_id: expect.any(String) } })
      await host('POST', `/conversations/${id}/messages`, { sender: seller.hostId, text: 'در خدمتم' })
      expect(await host('GET', `/conversations/${id}/messages`)).toMatchObject({
        status: 200,
        body: {
          messages: [
            { ...(first.body as object), sender: buyer.hostId, app: null, type: 'TEXT', text: 'سلام' },
            { sequence: 2, sender: seller.hostId, text: 'در خدمتم' },
          ],
          has_more: false,
        },
      })
    })

    test('an Idempotency-Key sends once; with another text it is a conflict', async () => {
      const path = `/conversations/${await openedId()}/messages`
      const send = (text: string) =>
        host('POST', path, { sender: buyer.hostId, text }, { 'idempotency-key': 'k' })
      const [one, two] = await Promise.all([send('once'), send('once')])
      expect(two).toEqual(one)
      expect(await send('other')).toMatchObject({ status: 409, body: { code: 6 } })
      expect(await host('GET', path)).toMatchObject({ body: { messages: [{ text: 'once' }] } })
    })

    test.each([
      ['no text', {}],
      ['white space', { text: ' \n\u3000' }],
      ['4,097 characters', { text: '😀'.repeat(4097) }],
      ['a text that is no text', { text: 5 }],
      ['NUL', { text: 'a\u0000b' }],
      ['half a surrogate pair', { text: '\ud800' }],
    ])('%s is 400', async (_name, body) => {
      const path = `/conversations/${await openedId()}/messages`
      expect(await host('POST', path, { sender: buyer.hostId, ...body })).toMatchObject({
        status: 400,
        body: { code: 3 },
      })
    })

    test('4,096 characters of two code units each are one message', async () => {
      const path = `/conversations/${await openedId()}/messages`
      const text = '😀'.repeat(4096)
      expect(await host('POST', path, { sender: buyer.hostId, text })).toMatchObject({ status: 200 })
      expect(await host('GET', path)).toMatchObject({ body: { messages: [{ text }] } })
    })

    test('only participants can write, only into conversations that exist, and only unblocked', async () => {
      const path = `/conversations/${await openedId()}/messages`
      const stranger = await addUser(node.db)
      const by = (sender: string, where = path) => host('POST', where, { sender, text: 'x' })
      expect(await by(stranger.hostId)).toMatchObject({ status: 403, body: { code: 7 } })
      expect(await by('nobody')).toMatchObject({ status: 404, body: { code: 5 } })
      const unknown = `/conversations/${randomUUID()}/messages`
      expect(await by(buyer.hostId, unknown)).toMatchObject({ status: 404, body: { code: 5 } })
      expect(await by(buyer.hostId, '/conversations/c1/messages')).toMatchObject(
        badFields({ conversation_id: expect.stringContaining('UUID') }),
      )
      await host('PUT', `/users/${seller.hostId}/blocks/${buyer.hostId}`)
      const restricted = {
        status: 412,
        body: { code: 9, message: "message delivery failed due to recipient's restriction" },
      }
      expect(await by(buyer.hostId)).toMatchObject(restricted)
      await host('DELETE', `/users/${seller.hostId}/blocks/${buyer.hostId}`)
      await host('PUT', `/users/${buyer.hostId}`, { blacklisted: true })
      expect(await by(seller.hostId)).toMatchObject(restricted)
      await host('PUT', `/users/${buyer.hostId}`, { blacklisted: false })
      expect(await by(seller.hostId)).toMatchObject({ status: 200 })
    })
  })

  describe('reading', () => {
    test('pages by sequence, backwards from the end or forwards from a place', async () => {
      const path = `/conversations/${await openedId()}/messages`
      for (let i = 1; i <= 7; i++) await host('POST', path, { sender: buyer.hostId, text: `m${i}` })
      const read = async (query: string) => {
        const { body } = await host('GET', `${path}?${query}`)
        const { messages, has_more } = body as { messages: { sequence: number }[]; has_more: boolean }
        return [messages.map(({ sequence }) => sequence), has_more]
      }
      expect(await read('limit=3')).toEqual([[5, 6, 7], true])
      expect(await read('limit=3&before=5')).toEqual([[2, 3, 4], true])
      expect(await read('limit=3&before=2')).toEqual([[1], false])
      expect(await read('limit=3&after=2')).toEqual([[3, 4, 5], true])
      expect(await read('limit=3&after=5&stray=1')).toEqual([[6, 7], false])
      expect(await read('limit=3&after=7')).toEqual([[], false])
      expect(await read('limit=5&after=1&before=4')).toEqual([[2, 3], false])
    })

    test('the host sees the app’s name and both grids', async () => {
      const id = await openedId()
      const app = await addApp(node.db, seller.id)
      const grant = await addGrant(node.db, app.id, seller.id, [`CONVERSATION_SEND_MESSAGE.${id}`])
      const grid = (caption: string) => ({
        rows: [{ buttons: [{ caption, action: { open_direct_link: 'https://a.example/' } }] }],
      })
      await fetch(`${node.url}/v2/open-platform/conversations/${id}/messages`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-api-key': app.key,
          authorization: `Bearer ${grant.accessToken}`,
        },
        body: JSON.stringify({
          message: 'two',
          sender_buttons: grid('mine'),
          receiver_buttons: grid('yours'),
        }),
      })
      expect(await host('GET', `/conversations/${id}/messages`)).toMatchObject({
        body: {
          messages: [
            {
              sender: seller.hostId,
              app: { slug: app.slug, display_name: `App ${app.slug}` },
              text: 'two',
              sender_buttons: grid('mine'),
              receiver_buttons: grid('yours'),
            },
          ],
        },
      })
    })

    test.each(['limit=0', 'limit=101', 'limit=x', 'before=-1', 'after=1.5', 'limit=1&limit=2'])(
      'with ?%s is 400',
      async (query) => {
        expect(await host('GET', `/conversations/${await openedId()}/messages?${query}`)).toMatchObject({
          status: 400,
          body: { code: 3 },
        })
      },
    )

    test('of an unknown conversation is 404, by a wrong id 400', async () => {
      expect(await host('GET', `/conversations/${randomUUID()}/messages`)).toMatchObject({ status: 404 })
      expect(await host('GET', '/conversations/c1/messages')).toMatchObject({ status: 400 })
    })
  })
})
