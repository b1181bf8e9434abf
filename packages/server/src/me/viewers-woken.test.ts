import type { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventRendering } from '../../testing/event-rendering.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { systemClock } from '../clock.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { newId } from '../ids.ts'
import { LiveViewers } from './viewers.ts'

/** So long that whatever arrives in a test did not come by polling. */
const NEVER_MS = 3_600_000

describe('streams of a node that hears of other nodes', () => {
  let database: TestDatabase
  let db: Database
  let seller: fixture.UserFixture
  let sessionHash: Buffer
  let conversationId: string
  let viewers: LiveViewers
  let told: [string, readonly string[]][]
  let read: () => string

  beforeAll(async () => {
    database = await createTestDatabase()
    db = createDatabase(database.pool)
    seller = await fixture.addUser(db)
    const post = await fixture.addPost(db, seller.id)
    const buyer = await fixture.addUser(db)
    conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
    const session = await db
      .selectFrom('sessions')
      .select('hash')
      .where('user_id', '=', seller.id)
      .executeTakeFirstOrThrow()
    sessionHash = session.hash
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    told = []
    viewers = new LiveViewers({
      db,
      clock: systemClock,
      log: { warn() {} },
      links: eventRendering.media,
      pollMs: NEVER_MS,
      tellOthers: (topic, ids) => void told.push([topic, ids]),
    })
    viewers.start()
    const stream = viewers.open({ userId: seller.id, sessionHash }, null).body as Readable
    let text = ''
    read = () => {
      text += stream.read() ?? ''
      return text
    }
    await waitFor(() => read().includes('ready'))
    return () => viewers.close()
  })

  /** As another node commits it. */
  async function addMessage(): Promise<string> {
    const id = newId()
    await database.pool.query(
      `with next as (
         update conversations set last_sequence = last_sequence + 1, last_at = clock_timestamp(),
           last_xid = pg_current_xact_id()
         where id = $2 returning last_sequence, demand_id)
       insert into messages (id, conversation_id, sequence, sender_id, body, sent_at)
       select $1, $2, last_sequence, demand_id, '{"text":"hello"}', clock_timestamp() from next`,
      [id, conversationId],
    )
    return id
  }

  test.each([
    ['the conversation', () => viewers.hearConversations([conversationId])],
    ['its participant', () => viewers.hearUsers([seller.id])],
    ['everything', () => viewers.hearConversations('*')],
    ['everybody', () => viewers.hearUsers('*')],
  ])('get a message at once when there is word of %s', async (_, hear) => {
    const id = await addMessage()
    hear()
    await waitFor(() => read().includes(id))
    expect(told).toEqual([])
  })

  test('are not alone to hear of what this node itself does', () => {
    viewers.wakeUser(seller.id)
    viewers.wake([conversationId])
    expect(told).toEqual([
      ['users', [seller.id]],
      ['conversations', [conversationId]],
    ])
  })
})
