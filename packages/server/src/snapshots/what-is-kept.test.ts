import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { openSnapshotBed, type SnapshotBed } from '../../testing/snapshot-bed.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { startTestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { startWebhookReceiver } from '../../testing/webhook-receiver.ts'
import { migrate, readMigrations } from '../db/migrate.ts'
import { newId } from '../ids.ts'
import { FolderStorage } from '../media/folder-storage.ts'
import { objectName } from '../media/media-storage.ts'
import { saveSnapshot } from './save-snapshot.ts'
import { SnapshotFolder } from './snapshot-folder.ts'

let bed: SnapshotBed
beforeAll(async () => {
  bed = await openSnapshotBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

const me = (url: string, cookie: string) => fetch(`${url}/me/v1/conversations`, { headers: { cookie } })

async function addMedia(
  of: SnapshotBed,
  ownerId: string,
  text: string,
): Promise<{ id: string; name: string }> {
  const id = newId()
  const name = objectName(id, 'file')
  await of.db
    .insertInto('media')
    .values({
      id,
      owner_kind: 'user',
      owner_id: ownerId,
      type: 'FILE',
      state: 'ready',
      content_type: 'text/plain',
      size_bytes: text.length,
      sha256: Buffer.alloc(32),
    })
    .execute()
  await mkdir(join(of.dataDir, 'media', id.slice(-2)), { recursive: true })
  await writeFile(join(of.dataDir, 'media', name), text)
  return { id, name }
}

describe('who is logged in', () => {
  test('stays so when that person is in the snapshot too, and is told so clearly otherwise', async () => {
    const stays = await fixture.addUser(bed.db)
    await bed.save('people')
    const goes = await fixture.addUser(bed.db)
    await bed.db.deleteFrom('sessions').where('user_id', '=', stays.id).execute()
    const cookie = await anotherSession(stays.hostId)
    await bed.load('people')
    expect((await me(bed.url, cookie)).status).toBe(200)
    // The session of the snapshot is there again as well.
    expect((await me(bed.url, stays.cookie)).status).toBe(200)
    const answer = await me(bed.url, goes.cookie)
    expect([answer.status, await answer.text()]).toEqual([401, expect.stringContaining('SESSION_MISSING')])
  })

  async function anotherSession(hostId: string): Promise<string> {
    const answer = await fetch(`${bed.url}/dev/login`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ user: hostId }),
    })
    return answer.headers.getSetCookie()[0]!.split(';', 1)[0]!
  }
})

describe('uploaded files', () => {
  test('come with the rows that name them, and those that nothing names any more are removed', async () => {
    const owner = await fixture.addUser(bed.db)
    const kept = await addMedia(bed, owner.id, 'in the snapshot')
    await bed.save('files')
    const later = await addMedia(bed, owner.id, 'after the snapshot')
    await rm(join(bed.dataDir, 'media', kept.name))
    await bed.load('files')
    const { rows } = await bed.database.pool.query(`select id, state from media order by id`)
    expect(rows).toEqual([
      { id: kept.id, state: 'ready' },
      { id: later.id, state: 'removing' },
    ])
    expect(await readdir(join(bed.dataDir, 'media', kept.id.slice(-2)))).toContain(`${kept.id}.file`)
  })

  test('that a load which fails has brought are taken away again', async () => {
    const owner = await fixture.addUser(bed.db)
    const { name } = await addMedia(bed, owner.id, 'to be lost')
    await bed.save('blocked')
    await rm(join(bed.dataDir, 'media', name))
    await bed.database.pool.query('create table of_somebody_else (id int)')
    const { status, body } = await bed.call('POST', '/dev/v1/snapshots/blocked/load')
    await bed.database.pool.query('drop table of_somebody_else')
    expect([status, body.details?.[0]?.reason]).toEqual([412, 'SNAPSHOT_NOT_POSSIBLE'])
    expect(body.message).toContain('of_somebody_else')
    await expect(readdir(join(bed.dataDir, 'media', name))).rejects.toThrow('ENOENT')
  })
})

describe('another machine', () => {
  test('loads the file with all that is in it: people by their names, and apps by their keys', async () => {
    const developer = await fixture.addUser(bed.db)
    const app = await fixture.addApp(bed.db, developer.id)
    await addMedia(bed, developer.id, 'travels')
    await bed.save('travels')
    await using other = await openSnapshotBed()
    await other.call('PUT', '/host/v1/users/only-here', { name: 'gone' })
    await mkdir(join(other.dataDir, 'snapshots'), { recursive: true })
    const file = 'snapshots/travels.charsu-snapshot'
    await copyFile(join(bed.dataDir, file), join(other.dataDir, file))
    await other.load('travels')
    const keyed = await fetch(`${other.url}/v1/open-platform/finder/post/nothing`, {
      headers: { 'x-api-key': app.key },
    })
    expect(keyed.status).toBe(404)
    expect((await me(other.url, developer.cookie)).status).toBe(200)
    expect((await other.call('GET', '/host/v1/users/only-here')).status).toBe(404)
    // People are known to apps by the same ids.
    const secret = (of: SnapshotBed) =>
      of.db
        .selectFrom('instance_settings')
        .select('value')
        .where('key', '=', 'secret')
        .executeTakeFirstOrThrow()
    expect(await secret(other)).toEqual(await secret(bed))
  })

  test('of a newer version loads one of fewer migrations, and brings it forward', async () => {
    await using old = await createTestDatabase({ empty: true })
    await using folder = await temporaryFolder()
    const migrations = await readMigrations()
    const few = join(folder.path, 'migrations')
    await mkdir(few)
    for (const { version, name, sql } of migrations.slice(0, -1)) {
      await writeFile(join(few, `${String(version).padStart(4, '0')}_${name}.sql`), sql)
    }
    await migrate(old.pool, few)
    await old.pool.query(
      `insert into users (id, host_id, name) values (gen_random_uuid(), 'from-before', 'Before')`,
    )
    const source = {
      pool: old.pool,
      folder: new SnapshotFolder(bed.dataDir),
      storage: new FolderStorage(folder.path),
      version: '0',
    }
    await saveSnapshot(source, { name: 'older', replace: false, signal: new AbortController().signal })
    expect(await bed.load('older')).toMatchObject({ migration: migrations.length - 1 })
    expect((await bed.call('GET', '/host/v1/users/from-before')).body.name).toBe('Before')
    const { rows } = await bed.database.pool.query('select max(version) as newest from schema_migrations')
    expect(rows[0].newest).toBe(migrations.length)
  })
})

describe('deliveries', () => {
  test('that waited when it was saved are delivered after the load, and what is given out is new', async () => {
    let answer = 500
    await using receiver = await startWebhookReceiver(() => answer)
    const [seller, buyer] = [await fixture.addUser(bed.db), await fixture.addUser(bed.db)]
    const app = await fixture.addApp(bed.db, seller.id, { eventsUrl: receiver.url })
    const { grantId, tokenId } = await fixture.addGrant(bed.db, app.id, seller.id, [
      'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
    ])
    await fixture.addSubscription(bed.db, app, seller.id, grantId, { tokenId })
    const post = await fixture.addPost(bed.db, seller.id)
    const id = await fixture.addConversation(bed.db, post, seller.id, buyer.id)
    const say = (text: string) =>
      bed.call('POST', `/host/v1/conversations/${id}/messages`, { sender: buyer.hostId, text })
    await say('waits')
    await waitFor(() => receiver.received.length === 1)
    await waitFor(async () => (await open()) === 1)
    expect(await bed.save('waiting')).toMatchObject({ counts: { waiting_deliveries: 1 } })
    answer = 200
    // As its next attempt would be seconds later.
    await bed.database.pool.query(
      'update delivery_queue set due_at = clock_timestamp() where due_at is not null',
    )
    await waitFor(() => receiver.received.length === 2)
    await say('later')
    await waitFor(() => receiver.received.length === 3)
    await waitFor(async () => (await number('select count(*) as n from delivery_queue')) === 0)
    const highest = await lastId()

    await bed.load('waiting')
    await bed.database.pool.query(
      'update delivery_queue set due_at = clock_timestamp() where due_at is not null',
    )
    await waitFor(() => receiver.received.length === 4)
    const [, before, , again] = receiver.received
    expect(again?.headers['webhook-id']).toBe(before?.headers['webhook-id'])
    await say('new')
    await waitFor(() => receiver.received.length === 5)
    await waitFor(async () => (await lastId()) > highest)
  })

  const number = async (text: string): Promise<number> =>
    Number((await bed.database.pool.query<{ n: number }>(text)).rows[0]?.n)
  const open = () => number('select count(*) as n from delivery_queue where lease_until is null')
  const lastId = () => number('select max(id) as n from delivery_history')
})

describe('of two at once', () => {
  test('one is told to wait, and names are not overwritten unasked', async () => {
    await bed.save('taken')
    expect((await bed.call('POST', '/dev/v1/snapshots', { name: 'taken' })).body.details?.[0]?.reason).toBe(
      'SNAPSHOT_EXISTS',
    )
    expect((await bed.call('POST', '/dev/v1/snapshots', { name: 'taken', replace: true })).status).toBe(200)
    const holder = await bed.database.pool.connect()
    await holder.query(`select pg_advisory_lock(hashtextextended('charsu snapshots', 0))`)
    const answers = [
      await bed.call('POST', '/dev/v1/snapshots', { name: 'other' }),
      await bed.call('POST', '/dev/v1/snapshots/taken/load'),
    ]
    holder.release(true)
    expect(answers.map(({ body }) => body.details?.[0]?.reason)).toEqual(['SNAPSHOT_BUSY', 'SNAPSHOT_BUSY'])
    await waitFor(async () => (await bed.call('POST', '/dev/v1/snapshots/taken/load')).status === 200)
  })
})

test('production serves nothing of it', async () => {
  await using node = await startTestServer({ config: { mode: 'production' } })
  expect(node.server.routes.filter(({ path }) => path.startsWith('/dev/'))).toEqual([])
})
