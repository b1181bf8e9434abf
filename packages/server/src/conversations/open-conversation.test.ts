import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { openConversation } from './open-conversation.ts'

describe('opening a conversation', () => {
  let database: TestDatabase
  let db: Database
  let seller: fixture.UserFixture
  let buyer: fixture.UserFixture
  let post: { id: string; token: string }

  beforeAll(async () => {
    database = await createTestDatabase()
    db = createDatabase(database.pool)
    seller = await fixture.addUser(db)
  })
  beforeEach(async () => {
    buyer = await fixture.addUser(db)
    post = await fixture.addPost(db, seller.id)
  })
  afterAll(() => database.drop())

  const open = (conversationId?: string, postToken = post.token) =>
    openConversation(db, { postToken, buyerId: buyer.id, conversationId })

  test('a buyer and a post have one conversation, however many calls open it at once', async () => {
    const opened = await Promise.all(Array.from({ length: 20 }, () => open()))
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1)
    expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1)
    expect(opened[0]).toMatchObject({
      postToken: post.token,
      supplierId: seller.id,
      demandId: buyer.id,
    })
  })

  test('calls that race with ids of their own: one id wins, the others are told it', async () => {
    const ids = Array.from({ length: 8 }, () => randomUUID())
    const results = await Promise.allSettled(ids.map((id) => open(id)))
    const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []))
    expect(won).toHaveLength(1)
    const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(lost).toHaveLength(7)
    for (const error of lost) {
      expect(error).toMatchObject({ codeName: 'ALREADY_EXISTS', metadata: { conversation_id: won[0] } })
    }
  })

  test('two pairs that race for one id: one gets it, the other a conflict', async () => {
    const id = randomUUID()
    const other = await fixture.addPost(db, seller.id)
    const results = await Promise.allSettled([open(id), open(id, other.token)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('a UUID of any version and casing is kept, and opening it again is no change', async () => {
    const id = '6BA7B810-9DAD-11D1-80B4-00C04FD430C8'
    expect(await open(id)).toMatchObject({ id: id.toLowerCase(), isNew: true })
    expect(await open(id)).toMatchObject({ id: id.toLowerCase(), isNew: false })
    expect(await open()).toMatchObject({ id: id.toLowerCase(), isNew: false })
  })

  test('an unknown or removed post is 404, its own owner as buyer 400', async () => {
    await expect(open(undefined, 'nothing')).rejects.toMatchObject({ codeName: 'NOT_FOUND' })
    const removed = await fixture.addPost(db, seller.id, { state: 'ARCHIVED' })
    await expect(open(undefined, removed.token)).rejects.toMatchObject({ codeName: 'NOT_FOUND' })
    const own = openConversation(db, { postToken: post.token, buyerId: seller.id })
    await expect(own).rejects.toMatchObject({ codeName: 'INVALID_ARGUMENT' })
  })

  test('a post whose chat is off refuses new conversations and keeps those it has', async () => {
    const { id } = await open()
    await db.updateTable('posts').set({ chat_enabled: false }).where('id', '=', post.id).execute()
    expect(await open()).toMatchObject({ id, isNew: false })
    const stranger = await fixture.addUser(db)
    const refused = openConversation(db, { postToken: post.token, buyerId: stranger.id })
    await expect(refused).rejects.toMatchObject({ codeName: 'FAILED_PRECONDITION', reason: 'CHAT_DISABLED' })
  })
})
