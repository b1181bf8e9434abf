import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../packages/server/src/ids.ts'
import {
  addApp,
  addConversation,
  addPost,
  addSubscription,
  addUser,
} from '../../../packages/server/testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../../packages/server/testing/test-server.ts'
import { aftermath, loggedErrors } from './aftermath.ts'

let server: TestServer
let conversationId: string
let postId: string
let sellerId: string
beforeAll(async () => {
  server = await startTestServer({ config: { dispatcher: false } })
  const seller = await addUser(server.db)
  const buyer = await addUser(server.db)
  const post = await addPost(server.db, seller.id)
  sellerId = seller.id
  postId = post.id
  conversationId = await addConversation(server.db, post, seller.id, buyer.id)
})
afterAll(() => server.close())

const left = (accepted: string[] = [], log = ''): Promise<string[]> =>
  aftermath({
    url: server.url,
    databaseUrl: server.database.url,
    log: async () => log,
    accepted,
    patienceMs: 300,
  })

/** A message as nothing of ours would write it: alone. */
async function addMessage(sequence: number): Promise<string> {
  const id = newId()
  await server.db
    .insertInto('messages')
    .values({
      id,
      conversation_id: conversationId,
      sequence,
      sender_id: sellerId,
      app_id: null,
      body: JSON.stringify({ text: 'x' }),
      sent_at: new Date(Date.now() + 60_000),
    })
    .execute()
  return id
}

describe('what random requests may not leave behind', () => {
  it('nothing at all, on a server as it should be', async () => {
    expect(await left()).toEqual([])
  })

  it('a message that was accepted and is not there', async () => {
    const [found] = await left([newId()])
    expect(found).toMatch(/1 × a message that was accepted and is not stored, such as [\w-]+$/)
  })

  it('a transaction that stays open', async () => {
    const client = await server.database.pool.connect()
    try {
      await client.query('begin')
      await client.query('select 1 from users')
      expect(await left()).toEqual([
        expect.stringMatching(/^a transaction stays open: .*idle in transaction/),
      ])
    } finally {
      await client.query('rollback')
      client.release()
    }
  })

  it('messages that do not count up, or that the subscribed app will never hear of', async () => {
    const app = await addApp(server.db, sellerId, { eventsUrl: 'http://localhost:9/' })
    await addSubscription(server.db, app, sellerId, newId(), { postId })
    const id = await addMessage(7)
    expect(await left()).toEqual([
      `1 × a message about a subscribed post without a delivery, such as ${id}`,
      `1 × a conversation whose messages are not numbered from 1 to the last, such as ${conversationId}`,
    ])
    await server.db.deleteFrom('messages').where('id', '=', id).execute()
  })

  it('errors in the log, and what a crash prints', async () => {
    expect(loggedErrors('{"level":30,"msg":"fine"}\n{"level":40,"msg":"well"}\n')).toEqual([])
    expect(loggedErrors('{"level":50,"msg":"boom"}\nTypeError: x\n')).toEqual([
      'the server logged: {"level":50,"msg":"boom"}',
      'the server logged: TypeError: x',
    ])
    const same = '{"level":50,"time":1,"err":{"stack":"at a"}}\n{"level":50,"time":2,"err":{"stack":"at a"}}'
    expect(loggedErrors(same)).toEqual([
      expect.stringContaining('the server logged, 2 times: {"level":50,"time":2'),
    ])
    expect(await left([], '{"level":60}\n')).toEqual(['the server logged: {"level":60}'])
  })

  it('a dead server', async () => {
    const gone = {
      url: 'http://127.0.0.1:9',
      databaseUrl: server.database.url,
      log: async () => '',
      accepted: [],
    }
    const found = await aftermath(gone)
    expect(found).toEqual([expect.stringContaining('/healthz'), expect.stringContaining('/readyz')])
  })
})
