import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { publishFact } from './publish-fact.ts'

describe('events that are no messages', () => {
  let database: TestDatabase
  let db: Database

  beforeAll(async () => {
    database = await createTestDatabase()
    db = createDatabase(database.pool)
  })
  afterAll(() => database.drop())

  const deliveriesTo = async (endpointId: string) => {
    const { rows } = await database.pool.query(
      `select q.event_type, q.subscription_id, q.grant_id, q.due_at is not null as ready, f.payload
       from delivery_queue q join event_facts f on f.id = q.source_id where q.endpoint_id = $1 order by q.id`,
      [endpointId],
    )
    return rows
  }

  test('are kept with one delivery for each, one behind the other, all in the transaction of what happened', async () => {
    const owner = await fixture.addUser(db)
    const app = await fixture.addApp(db, owner.id, { eventsUrl: 'http://127.0.0.1:9/events' })
    await db.transaction().execute(async (tx) => {
      await publishFact(tx, {
        type: 'USER_ACCESS_REVOCATION',
        appId: app.id,
        userId: owner.id,
        payload: { user_id: 'a' },
      })
      await publishFact(tx, {
        type: 'USER_ACCESS_REVOCATION',
        appId: app.id,
        userId: owner.id,
        payload: { user_id: 'b' },
      })
    })
    const common = {
      event_type: 'USER_ACCESS_REVOCATION',
      subscription_id: app.id,
      grant_id: null,
    }
    expect(await deliveriesTo(app.endpointId)).toEqual([
      { ...common, ready: true, payload: { user_id: 'a' } },
      { ...common, ready: false, payload: { user_id: 'b' } },
    ])

    const rolledBack = db.transaction().execute(async (tx) => {
      await publishFact(tx, {
        type: 'USER_ACCESS_REVOCATION',
        appId: app.id,
        userId: owner.id,
        payload: { user_id: 'c' },
      })
      throw new Error('the cause failed')
    })
    await expect(rolledBack).rejects.toThrow('the cause failed')
    expect(await deliveriesTo(app.endpointId)).toHaveLength(2)
  })

  test('go nowhere while the app has no events URL', async () => {
    const owner = await fixture.addUser(db)
    const app = await fixture.addApp(db, owner.id)
    await db
      .transaction()
      .execute((tx) =>
        publishFact(tx, { type: 'USER_ACCESS_REVOCATION', appId: app.id, userId: owner.id, payload: {} }),
      )
    expect(await deliveriesTo(app.endpointId)).toEqual([])
  })
})
