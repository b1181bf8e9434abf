import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

describe('wire contract §2: send a message to a conversation', () => {
  let node: TestServer
  let conversationId: string
  let app: fixture.AppFixture
  let grant: fixture.GrantFixture
  let seller: fixture.UserFixture
  let buyer: fixture.UserFixture
  let post: { id: string; token: string }

  beforeAll(async () => {
    node = await startTestServer()
    seller = await fixture.addUser(node.db)
    buyer = await fixture.addUser(node.db)
    post = await fixture.addPost(node.db, seller.id)
    conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
    app = await fixture.addApp(node.db, seller.id, { eventsUrl: 'http://127.0.0.1:9/events' })
    grant = await fixture.addGrant(node.db, app.id, seller.id, [
      `CONVERSATION_SEND_MESSAGE.${conversationId}`,
    ])
  })
  afterAll(() => node.close())

  const send = (body: unknown, headers: Record<string, string> = {}, id = conversationId) =>
    fetch(`${node.url}/v2/open-platform/conversations/${id}/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': app.key,
        'x-access-token': grant.accessToken,
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  test('keeps the text and each side’s own grid, and a delivery for each matching subscription', async () => {
    await fixture.addSubscription(node.db, app, seller.id, grant.grantId)
    const answer = await send({
      type: 'TEXT',
      message: 'سلام',
      sender_buttons: {
        rows: [{ buttons: [{ caption: 'a', action: { open_direct_link: 'https://a.example/' } }] }],
      },
    })
    const body = (await answer.json()) as { message_id: string }
    expect({ status: answer.status, body }).toMatchObject({
      status: 200,
      body: { status: 200, message: 'success' },
    })
    const stored = await node.db
      .selectFrom('messages')
      .selectAll()
      .where('id', '=', body.message_id)
      .execute()
    expect(stored).toMatchObject([{ sender_id: seller.id, app_id: app.id, body: { text: 'سلام' } }])
    const { rows } = await node.database.pool.query('select * from delivery_queue where source_id = $1', [
      body.message_id,
    ])
    expect(rows).toHaveLength(1)
  })

  test('the same Idempotency-Key sends once and answers the same; with another body it is a conflict', async () => {
    const headers = { 'idempotency-key': 'k1' }
    const both = await Promise.all([send({ message: 'once' }, headers), send({ message: 'once' }, headers)])
    const [first, second] = await Promise.all(both.map((answer) => answer.json()))
    expect(second).toEqual(first)
    const other = await send({ message: 'twice' }, headers)
    expect([other.status, ((await other.json()) as { code: number }).code]).toEqual([409, 6])
  })

  test('a refused send leaves its Idempotency-Key free', async () => {
    const headers = { 'idempotency-key': 'k2' }
    await node.db.insertInto('blocks').values({ blocker_id: buyer.id, blocked_id: seller.id }).execute()
    const refused = await send({ message: 'hello' }, headers)
    expect([refused.status, await refused.json()]).toMatchObject([
      412,
      { code: 9, message: "message delivery failed due to recipient's restriction" },
    ])
    await node.db.deleteFrom('blocks').execute()
    expect((await send({ message: 'hello again' }, headers)).status).toBe(200)
  })

  test('an Idempotency-Key is kept for 24 hours, and is free from then on', async () => {
    const headers = { 'idempotency-key': 'k3' }
    const sent = async (): Promise<unknown> =>
      ((await (await send({ message: 'day by day' }, headers)).json()) as { message_id: string }).message_id
    const age = (by: string) =>
      node.database.pool.query(`update idempotency_keys set created_at = clock_timestamp() - $1::interval`, [
        by,
      ])
    const first = await sent()
    await age('23 hours 59 minutes')
    expect(await sent()).toBe(first)
    await age('24 hours 1 second')
    const second = await sent()
    expect(second).not.toBe(first)
    expect(await sent()).toBe(second)
  })

  test('concurrent sends get sequences without gap or double, in the order of their times', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, i) => send({ message: `m${i}` })))
    const rows = await node.db
      .selectFrom('messages')
      .select(['sequence', 'sent_at'])
      .where('conversation_id', '=', conversationId)
      .orderBy('sequence')
      .execute()
    expect(rows.map((row) => row.sequence)).toEqual(rows.map((_, i) => i + 1))
    const times = rows.map((row) => row.sent_at.getTime())
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })
})
