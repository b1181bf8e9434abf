import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { EventStreamClient } from '../../testing/event-stream.ts'
import { helpDetail } from '../../testing/help-page.ts'
import { type HostClient, hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { upload } from '../../testing/media-bed.ts'
import { pdfFile } from '../../testing/sample-files.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../testing/webhook-receiver.ts'

describe('deleting a person', () => {
  let node: TestServer
  let other: TestServer
  let host: HostClient
  let app: WebhookReceiver
  let developer: fixture.UserFixture

  beforeAll(async () => {
    app = await startWebhookReceiver()
    node = await startTestServer()
    other = await startTestServer({ database: node.database })
    host = hostClient(node)
    developer = await fixture.addUser(node.db, { developer: true })
  })
  afterAll(async () => {
    await other.close()
    await node.close()
    await app.close()
  })

  let seller: fixture.UserFixture
  let buyer: fixture.UserFixture
  let post: { id: string; token: string }
  let conversationId: string
  beforeEach(async () => {
    seller = await fixture.addUser(node.db, { name: 'Sima' })
    buyer = await fixture.addUser(node.db, { name: 'Bahram', phone: '09121112233' })
    post = await fixture.addPost(node.db, seller.id, { title: 'A lamp', state: 'PUBLISHED' })
    conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
  })

  const path = (user: fixture.UserFixture) => `/users/${encodeURIComponent(user.hostId)}`
  const write = (sender: fixture.UserFixture, text: string, client = host) =>
    client('POST', `/conversations/${conversationId}/messages`, { sender: sender.hostId, text })
  const erased = (user: fixture.UserFixture) =>
    waitFor(async () => {
      const { status, body } = await host('DELETE', path(user))
      expect(status).toBe(200)
      return (body as { erased_at: string | null }).erased_at !== null
    })
  const me = async (user: fixture.UserFixture, operation: string, on: TestServer = node) => {
    const answer = await fetch(`${on.url}/me/v1${operation}`, { headers: { cookie: user.cookie } })
    return { status: answer.status, body: await answer.json() }
  }

  test('called again it answers the same, and tells when all is erased; who never was is unknown', async () => {
    const first = await host('DELETE', path(buyer))
    expect(first).toMatchObject({ status: 200, body: { deleted_at: expect.any(String) } })
    await erased(buyer)
    const again = await host('DELETE', path(buyer))
    const { deleted_at } = first.body as { deleted_at: string }
    expect(again).toEqual({ status: 200, body: { deleted_at, erased_at: expect.any(String) } })
    expect(await host('GET', path(buyer))).toMatchObject({ status: 404 })
    expect(await host('DELETE', `/users/nobody-${randomUUID()}`)).toMatchObject({
      status: 404,
      body: { details: [{ reason: 'USER_UNKNOWN' }, helpDetail('USER_UNKNOWN')] },
    })
    expect(await host('DELETE', '/users/with%20space')).toMatchObject({ status: 400 })
  })

  test('asked for many times at once, on two nodes, it happens once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => hostClient(i % 2 ? node : other)('DELETE', path(buyer))),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => (body as { deleted_at: string }).deleted_at)).size).toBe(1)
    await erased(buyer)
  })

  test('the other side keeps the conversation in its shape: what they wrote is there as deleted', async () => {
    await write(buyer, 'is it brass?')
    await write(seller, 'yes, all of it')
    await host('DELETE', path(buyer))
    await erased(buyer)
    const seen = await me(seller, `/conversations/${conversationId}/messages`)
    expect(seen).toMatchObject({
      status: 200,
      body: {
        messages: [
          { sequence: 1, mine: false, type: 'TEXT', text: '', deleted: true },
          { sequence: 2, mine: true, text: 'yes, all of it' },
        ],
      },
    })
    const list = await me(seller, '/conversations')
    expect(list).toMatchObject({ body: { conversations: [{ peer: { name: '' }, can_send: false }] } })
    const asHost = await host('GET', `/conversations/${conversationId}/messages`)
    expect(asHost).toMatchObject({
      body: { messages: [{ sender: null, deleted: true }, { sender: seller.hostId }] },
    })
    expect(JSON.stringify([seen, list, asHost])).not.toContain('brass')
    expect(JSON.stringify([seen, list, asHost])).not.toContain(buyer.id)
    expect(await write(seller, 'still there?')).toMatchObject({ status: 412, body: { code: 9 } })
  })

  test('a seller’s posts are archived and empty; the buyer keeps the conversation, nobody can open another', async () => {
    await write(seller, 'it is brass')
    await host('DELETE', path(seller))
    await erased(seller)
    expect(await me(buyer, '/conversations')).toMatchObject({
      body: {
        conversations: [
          { post: { post_token: post.token, title: '', state: 'ARCHIVED' }, last_message: { text: '' } },
        ],
      },
    })
    const fresh = await fixture.addUser(node.db)
    const opened = await host('POST', '/conversations', { post_token: post.token, buyer: fresh.hostId })
    expect(opened.status).toBe(404)
    // Nor does the host fill it again.
    expect(await host('PUT', `/posts/${post.token}`, { title: 'A lamp' })).toMatchObject({
      status: 412,
      body: { details: [{ reason: 'USER_DELETED' }, helpDetail('USER_DELETED')] },
    })
  })

  test('sessions and tokens die on every node, open streams end, apps hear of the revocation', async () => {
    const consented = await fixture.addApp(node.db, developer.id, { eventsUrl: app.url })
    const scopes = ['USER_ID', 'USER_PHONE', 'NOTIFICATION_ACCESS_REVOCATION']
    const grant = await fixture.addGrant(node.db, consented.id, buyer.id, scopes)
    const asApp = async (on: TestServer) => {
      const headers = { 'x-api-key': consented.key, authorization: `Bearer ${grant.accessToken}` }
      const answer = await fetch(`${on.url}/v1/open-platform/users`, { headers })
      return { status: answer.status, body: (await answer.json()) as { user_id?: string } }
    }
    const known = (await asApp(other)).body.user_id
    expect((await me(buyer, '/conversations', other)).status).toBe(200)
    const stream = await new EventStreamClient(other.url, buyer.cookie).connect()
    await host('DELETE', path(buyer))
    await waitFor(async () => (await asApp(other)).status === 401)
    await waitFor(async () => (await me(buyer, '/conversations', other)).status === 401)
    await waitFor(() => stream.ended)
    const heard = await waitFor(() =>
      app.received.find(({ json }) => JSON.stringify(json).includes(known ?? '-')),
    )
    expect(heard.json).toEqual({
      type: 'USER_ACCESS_REVOCATION',
      user_access_revocation: { user_id: known },
    })
    await erased(buyer)
  })

  test('the same name may be given to a new person, who has nothing of the old one', async () => {
    const consented = await fixture.addApp(node.db, developer.id)
    const idOf = async (userId: string) => {
      const { accessToken } = await fixture.addGrant(node.db, consented.id, userId, ['USER_ID'])
      const answer = await fetch(`${node.url}/v1/open-platform/users`, {
        headers: { 'x-api-key': consented.key, authorization: `Bearer ${accessToken}` },
      })
      return ((await answer.json()) as { user_id?: string }).user_id
    }
    const before = await idOf(buyer.id)
    expect(before).toBeTypeOf('string')
    await host('DELETE', path(buyer))
    await host('PUT', path(buyer), { name: 'Somebody else', phone: '09121112233' })
    const { id } = await node.db
      .selectFrom('users')
      .select('id')
      .where('host_id', '=', buyer.hostId)
      .executeTakeFirstOrThrow()
    const after = await idOf(id)
    expect(after).toBeTypeOf('string')
    expect(after).not.toBe(before)
    await waitFor(async () =>
      (await node.db.selectFrom('user_deletions').selectAll().execute()).every((d) => d.erased_at),
    )
    expect(await host('GET', path(buyer))).toMatchObject({ status: 200, body: { name: 'Somebody else' } })
    expect(await host('GET', `/conversations/${conversationId}/messages`)).toMatchObject({ status: 200 })
    // Deleted once more, it is the new person who goes.
    const second = await host('DELETE', path(buyer))
    expect(second).toMatchObject({ status: 200, body: { erased_at: null } })
    await erased(buyer)
  })

  test('who owns apps is not deleted until another developer has them', async () => {
    const owner = await fixture.addUser(node.db, { developer: true })
    const { slug } = await fixture.addApp(node.db, owner.id)
    expect(await host('DELETE', path(owner))).toMatchObject({
      status: 412,
      body: {
        code: 9,
        details: [{ reason: 'USER_OWNS_APPS', metadata: { apps: slug } }, helpDetail('USER_OWNS_APPS')],
      },
    })
    expect(await host('GET', path(owner))).toMatchObject({ status: 200, body: { developer: true } })
    expect(await host('PUT', `/apps/${slug}/owner`, { owner: developer.hostId })).toMatchObject({
      status: 200,
      body: { slug, owner: developer.hostId },
    })
    expect(await host('DELETE', path(owner))).toMatchObject({ status: 200 })
    await erased(owner)
  })

  test('nothing more can be made for them: no login link, block, session or grant, whoever was about to', async () => {
    await host('DELETE', path(buyer))
    const refused = { code: 'CH001' }
    const { db } = node
    await expect(
      db.insertInto('blocks').values({ blocker_id: seller.id, blocked_id: buyer.id }).execute(),
    ).rejects.toMatchObject(refused)
    const consented = await fixture.addApp(db, developer.id)
    await expect(fixture.addGrant(db, consented.id, buyer.id, [])).rejects.toMatchObject(refused)
    await expect(
      fixture.addConversation(db, await fixture.addPost(db, seller.id), seller.id, buyer.id),
    ).rejects.toMatchObject(refused)
    await erased(buyer)
  })

  test('who is writing a row for them is waited for, and the row erased with the rest', async () => {
    const writer = await node.database.pool.connect()
    try {
      const consented = await fixture.addApp(node.db, developer.id)
      await writer.query('begin')
      await writer.query(
        `insert into notices (id, app_id, user_id, target_type, message) values ($1, $2, $3, 'USER', 'canary')`,
        [randomUUID(), consented.id, buyer.id],
      )
      let isDeleted = false
      const deleted = host('DELETE', path(buyer)).then((answer) => {
        isDeleted = true
        return answer
      })
      await waitFor(async () => {
        const { rows } = await node.database.pool.query(
          `select from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock' and query like '%for update%'`,
        )
        return rows.length > 0
      })
      expect(isDeleted).toBe(false)
      await writer.query('commit')
      expect(await deleted).toMatchObject({ status: 200 })
    } finally {
      writer.release()
    }
    await erased(buyer)
    expect(
      await node.db.selectFrom('notices').select('id').where('user_id', '=', buyer.id).execute(),
    ).toEqual([])
  })

  test('a file that they upload afterwards, with a token from before, is refused and nothing of it is kept', async () => {
    const asked = await fetch(`${node.url}/me/v1/uploads`, {
      method: 'POST',
      headers: { cookie: buyer.cookie },
    })
    const { token } = (await asked.json()) as { token: string }
    const send = () => upload(node.url, { kind: 'file', token, parts: [{ bytes: pdfFile() }] })
    const before = await send()
    expect(before.status).toBe(200)
    await host('DELETE', path(buyer))
    await erased(buyer)
    expect(await send()).toMatchObject({
      status: 412,
      body: { details: [{ reason: 'USER_DELETED' }, helpDetail('USER_DELETED')] },
    })
    const rows = await node.db
      .selectFrom('media')
      .select(['state', 'name'])
      .where('owner_id', '=', buyer.id)
      .execute()
    expect(rows.filter(({ state, name }) => state !== 'removing' || name !== null)).toEqual([])
  })

  test('the host that changes and deletes a person at once has either the old one, a new one or none', async () => {
    const calls = Array.from({ length: 12 }, (_, i) =>
      i % 3 === 0
        ? hostClient(other)('DELETE', path(buyer))
        : host('PUT', path(buyer), { name: `name ${i}` }),
    )
    for (const { status } of await Promise.all(calls)) expect(status).toBe(200)
    const { rows } = await node.database.pool.query(
      `select count(*) as alive from users where host_id = $1 and deleted_at is null`,
      [buyer.hostId],
    )
    expect(rows[0].alive).toBeLessThanOrEqual(1)
    expect(await host('PUT', path(buyer), { name: 'the last' })).toMatchObject({ body: { name: 'the last' } })
  })

  test('what they are sending meanwhile does not survive, whichever node takes it', async () => {
    let sending = true
    const senders = [node, other].map(async (on) => {
      const client = hostClient(on)
      const statuses: number[] = []
      while (sending) statuses.push((await write(buyer, `canary ${randomUUID()}`, client)).status)
      return statuses
    })
    await waitFor(async () => (await write(seller, 'go on')).status === 200)
    await host('DELETE', path(buyer))
    await erased(buyer)
    sending = false
    for (const statuses of await Promise.all(senders)) {
      expect(statuses.every((status) => [200, 404, 412].includes(status))).toBe(true)
    }
    const { rows } = await node.database.pool.query(
      `select count(*) as left from messages where sender_id = $1 and body::text like '%canary%'`,
      [buyer.id],
    )
    expect(rows).toEqual([{ left: 0 }])
  })

  test('a send that began before the mark and commits after it is waited for', async () => {
    const sender = await node.database.pool.connect()
    try {
      await sender.query('begin')
      await sender.query('select from conversations where id = $1 for no key update', [conversationId])
      await host('DELETE', path(buyer))
      await sender.query(
        `insert into messages (id, conversation_id, sequence, sender_id, body, sent_at)
         values ($1, $2, 1, $3, '{"text":"canary"}', now())`,
        [randomUUID(), conversationId, buyer.id],
      )
      await sender.query('update conversations set last_sequence = 1 where id = $1', [conversationId])
      expect(await host('DELETE', path(buyer))).toMatchObject({ body: { erased_at: null } })
      await sender.query('commit')
    } finally {
      sender.release()
    }
    await erased(buyer)
    expect(await host('GET', `/conversations/${conversationId}/messages`)).toMatchObject({
      body: { messages: [{ sequence: 1, deleted: true }] },
    })
  })
})
