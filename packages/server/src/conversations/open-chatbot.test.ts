import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { newId } from '../ids.ts'
import { openChatbot } from './open-chatbot.ts'

describe('§9 the conversation of a user and a chatbot', () => {
  let database: TestDatabase
  let db: Database
  let user: fixture.UserFixture
  let app: fixture.AppFixture

  beforeAll(async () => {
    database = await createTestDatabase()
    db = createDatabase(database.pool)
  })
  beforeEach(async () => {
    user = await fixture.addUser(db)
    app = await fixture.addApp(db, user.id)
  })
  afterAll(() => database.drop())

  test('a user and an app have one, however many calls open it at once', async () => {
    const pair = { appId: app.id, userId: user.id }
    const opened = await Promise.all(Array.from({ length: 20 }, () => openChatbot(db, pair)))
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1)
    expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1)
    const rows = await db
      .selectFrom('conversations')
      .select(['id', 'type', 'post_id', 'supplier_id'])
      .where('app_id', '=', app.id)
      .execute()
    expect(rows).toEqual([{ id: opened[0]!.id, type: 'BOT', post_id: null, supplier_id: null }])
    expect(await openChatbot(db, pair)).toEqual({ id: opened[0]!.id, isNew: false })
  })

  test('another app, or another user, has a conversation of its own', async () => {
    const [other, stranger] = [await fixture.addApp(db, user.id), await fixture.addUser(db)]
    const opened = await Promise.all([
      openChatbot(db, { appId: app.id, userId: user.id }),
      openChatbot(db, { appId: other.id, userId: user.id }),
      openChatbot(db, { appId: app.id, userId: stranger.id }),
    ])
    expect(new Set(opened.map(({ id }) => id)).size).toBe(3)
  })

  test('of an app or a user that is gone none is opened', async () => {
    for (const pair of [
      { appId: newId(), userId: user.id },
      { appId: app.id, userId: newId() },
    ]) {
      await expect(openChatbot(db, pair)).rejects.toMatchObject({ codeName: 'NOT_FOUND' })
    }
  })
})
