import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addConversation, addPost, addUser } from '../../testing/marketplace-fixture.ts'
import { addMediaOwners, type MediaOwners, upload } from '../../testing/media-bed.ts'
import * as sample from '../../testing/sample-files.ts'
import { type TemporaryFolder, temporaryFolder } from '../../testing/temporary-folder.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { newId } from '../ids.ts'
import { FolderStorage } from './folder-storage.ts'
import { MediaClaims } from './media-claims.ts'
import { mediaIdOf } from './media-token.ts'
import { pruneMedia } from './prune-media.ts'
import { releaseMediaOf, removeMediaOfUser } from './remove-media.ts'

let folder: TemporaryFolder
let node: TestServer
let owners: MediaOwners
let claims: MediaClaims
let conversationId: string
beforeAll(async () => {
  folder = await temporaryFolder()
  node = await startTestServer({ config: { mediaDir: folder.path } })
  claims = new MediaClaims(node.db)
  const seller = await addUser(node.db)
  const buyer = await addUser(node.db)
  conversationId = await addConversation(node.db, await addPost(node.db, seller.id), seller.id, buyer.id)
})
beforeEach(async () => {
  owners = await addMediaOwners(node)
})
afterAll(async () => {
  await node.close()
  await folder[Symbol.asyncDispose]()
})

const { signal } = new AbortController()
const prune = () =>
  pruneMedia(
    { db: node.db, storage: new FolderStorage(folder.path), incoming: join(folder.path, 'incoming') },
    signal,
  )

async function uploaded(): Promise<{ id: string; token: string }> {
  const { body } = await upload(node.url, {
    kind: 'image',
    token: owners.userToken,
    parts: [{ bytes: await sample.pngImage() }],
  })
  return { id: mediaIdOf(body.id ?? '') ?? '', token: body.id ?? '' }
}

/** As if everything about it had happened so many hours earlier. */
async function age(id: string, hours: number): Promise<void> {
  const by = sql`make_interval(hours => ${hours})`
  await sql`update media set created_at = created_at - ${by}, used_at = used_at - ${by}, check_at = check_at - ${by}
    where id = ${id}`.execute(node.db)
  await sql`update media_uses set created_at = created_at - ${by} where media_id = ${id}`.execute(node.db)
}

let sequence = 0
async function sentMessage(): Promise<string> {
  const id = newId()
  await node.db
    .insertInto('messages')
    .values({
      id,
      conversation_id: conversationId,
      sequence: ++sequence,
      sender_id: owners.user.id,
      app_id: null,
      body: '{}',
      sent_at: new Date(),
    })
    .execute()
  return id
}

async function kept(id: string): Promise<{ row: boolean; files: number }> {
  const row = await node.db.selectFrom('media').select('id').where('id', '=', id).executeTakeFirst()
  const names = await readdir(join(folder.path, id.slice(-2))).catch(() => [])
  return { row: row !== undefined, files: names.filter((name) => name.startsWith(id)).length }
}

const KEPT = { row: true, files: 2 }
const GONE = { row: false, files: 0 }
const owner = () => ({ kind: 'user' as const, id: owners.user.id })

describe('§10 media: uploads that nobody sends', () => {
  test('are kept for a day and then removed, row and files', async () => {
    const { id } = await uploaded()
    await age(id, 23)
    await prune()
    expect(await kept(id)).toEqual(KEPT)
    await age(id, 2)
    await prune()
    expect(await kept(id)).toEqual(GONE)
  })

  test('are kept for as long as a message shows them', async () => {
    const { id, token } = await uploaded()
    await claims.claim(owner(), token, await sentMessage())
    for (let day = 0; day < 5; day++) {
      await age(id, 30)
      await prune()
    }
    expect(await kept(id)).toEqual(KEPT)
    const { check_at } = await node.db
      .selectFrom('media')
      .select('check_at')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(check_at, 'nothing looks at it any more').toBeNull()
  })

  test('are removed when the message they were taken for was never sent', async () => {
    const { id, token } = await uploaded()
    await claims.claim(owner(), token, newId())
    await age(id, 23)
    await prune()
    expect(await kept(id)).toEqual(KEPT)
    for (let i = 0; i < 3; i++) {
      await age(id, 25)
      await prune()
    }
    expect(await kept(id)).toEqual(GONE)
  })

  test('are kept when they are sent again just before their day is over, whoever comes first', async () => {
    const { id, token } = await uploaded()
    await age(id, 25)
    const message = await sentMessage()
    const [claimed] = await Promise.allSettled([claims.claim(owner(), token, message), prune(), prune()])
    await prune()
    expect(await kept(id)).toEqual(claimed.status === 'fulfilled' ? KEPT : GONE)
  })

  test('and a send that has not committed yet keeps its file', async () => {
    const { id, token } = await uploaded()
    await age(id, 25)
    await node.db.transaction().execute(async (tx) => {
      await sql`select claim_media(${id}, 'user', ${owners.user.id}, ${newId()})`.execute(tx)
      await prune()
    })
    expect(await kept(id)).toEqual(KEPT)
    expect(token).not.toBe('')
  })

  test('are removed a day after the last message that showed them was deleted', async () => {
    const { id, token } = await uploaded()
    const messages = [await sentMessage(), await sentMessage()]
    for (const message of messages) await claims.claim(owner(), token, message)
    await age(id, 30)
    await prune()
    await age(id, 30)
    await prune()
    await node.db.transaction().execute((tx) => releaseMediaOf(tx, messages))
    await prune()
    expect(await kept(id)).toEqual(KEPT)
    await age(id, 25)
    await prune()
    expect(await kept(id)).toEqual(GONE)
  })

  test('of a person who is removed go with the next housekeeping, also what messages show', async () => {
    const sent = await uploaded()
    const waiting = await uploaded()
    await claims.claim(owner(), sent.token, await sentMessage())
    await removeMediaOfUser(node.db, owners.user.id)
    await prune()
    expect([await kept(sent.id), await kept(waiting.id)]).toEqual([GONE, GONE])
  })
})

describe('§10 media: what a crash leaves', () => {
  test('a row without its files, and files of a row that never became ready, go after an hour', async () => {
    const { id } = await uploaded()
    await sql`update media set state = 'storing', check_at = created_at + interval '1 hour' where id = ${id}`.execute(
      node.db,
    )
    await prune()
    expect(await kept(id)).toEqual(KEPT)
    await age(id, 2)
    await prune()
    expect(await kept(id)).toEqual(GONE)
  })

  test('temporary files go an hour after their last byte, and not before', async () => {
    const incoming = join(folder.path, 'incoming')
    await mkdir(incoming, { recursive: true })
    await writeFile(join(incoming, 'old'), 'x')
    await writeFile(join(incoming, 'new'), 'x')
    const longAgo = Date.now() / 1000 - 3700
    await utimes(join(incoming, 'old'), longAgo, longAgo)
    await prune()
    expect(await readdir(incoming)).toEqual(['new'])
  })

  test('several nodes may tidy up at once', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => uploaded()))
    for (const { id } of ids) await age(id, 25)
    await Promise.all(Array.from({ length: 4 }, () => prune()))
    for (const { id } of ids) expect(await kept(id)).toEqual(GONE)
  })
})
