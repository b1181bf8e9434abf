import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventRendering } from '../../testing/event-rendering.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { newId } from '../ids.ts'
import { LiveViewers } from './viewers.ts'

describe('the open streams of a node', () => {
  let database: TestDatabase
  let db: Database
  let app: fixture.AppFixture
  let user: { id: string; sessionHash: Buffer }
  let time = 0
  const warnings: string[] = []
  let viewers: LiveViewers

  beforeAll(async () => {
    database = await createTestDatabase()
    db = createDatabase(database.pool)
    const { id } = await fixture.addUser(db)
    app = await fixture.addApp(db, id)
    const { hash } = await db
      .selectFrom('sessions')
      .select('hash')
      .where('user_id', '=', id)
      .executeTakeFirstOrThrow()
    user = { id, sessionHash: hash }
    viewers = new LiveViewers({
      db,
      clock: { now: () => time, monotonic: () => time },
      log: { warn: (_fields: unknown, message?: string) => void warnings.push(message ?? '') },
      links: eventRendering.media,
      pollMs: 10,
    })
    viewers.start()
  })
  afterAll(async () => {
    await viewers.close()
    await database.drop()
  })

  const open = async (): Promise<Readable> => {
    const answer = viewers.open({ userId: user.id, sessionHash: user.sessionHash }, null)
    const body = answer.body as Readable
    await waitFor(() => body.readableLength > 20)
    return body
  }
  const notify = (message: string, count = 1) =>
    db
      .insertInto('notices')
      .values(
        Array.from({ length: count }, () => ({
          id: newId(),
          app_id: app.id,
          user_id: user.id,
          target_type: 'USER' as const,
          post_id: null,
          message,
          buttons: '{}',
        })),
      )
      .execute()

  test('a client that takes nothing for half a minute is cut off', async () => {
    const body = await open()
    await notify('x'.repeat(1000), 150)
    await waitFor(() => body.readableLength >= 64 * 1024)
    time += 29_000
    // Its first poll sees it full, and a later one that it still is.
    await notify('later')
    const other = await open()
    expect(body.destroyed).toBe(false)
    await waitFor(() => {
      time += 1_000
      return body.destroyed
    })
    expect(body.readableLength).toBeLessThan(64 * 1024 + 2_000)
    expect(other.destroyed).toBe(false)
    other.destroy()
  })

  test('streams outlive a database that goes away, which is logged once', async () => {
    const body = await open()
    await database.pool.query(
      'alter table notices rename to notices_gone; alter table messages rename to messages_gone',
    )
    await waitFor(() => warnings.length > 0)
    await database.pool.query(
      'alter table notices_gone rename to notices; alter table messages_gone rename to messages',
    )
    await notify('back again')
    let text = ''
    await waitFor(() => {
      text += body.read() ?? ''
      return text.includes('back again')
    })
    expect(warnings).toHaveLength(1)
    body.destroy()
  })

  test('a server that closes ends its streams and opens no more', async () => {
    const closing = new LiveViewers({
      db,
      clock: { now: () => 0, monotonic: () => 0 },
      log: { warn() {} },
      links: eventRendering.media,
      pollMs: 10,
    })
    const body = closing.open({ userId: user.id, sessionHash: user.sessionHash }, null).body as Readable
    await closing.close()
    body.resume()
    await waitFor(() => body.readableEnded)
    expect(() => closing.open({ userId: user.id, sessionHash: user.sessionHash }, null)).toThrow('closing')
  })
})
