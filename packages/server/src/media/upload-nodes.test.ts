import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addMediaOwners, type UploadAnswer, upload } from '../../testing/media-bed.ts'
import { type NodeChild, startNode } from '../../testing/node-child.ts'
import { type S3Server, startS3Server } from '../../testing/s3-server.ts'
import * as sample from '../../testing/sample-files.ts'
import { openUpload } from '../../testing/slow-upload.ts'
import { type TemporaryFolder, temporaryFolder } from '../../testing/temporary-folder.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { FolderStorage } from './folder-storage.ts'
import { LinkSigner } from './link-signer.ts'
import { mediaIdOf } from './media-token.ts'
import { pruneMedia } from './prune-media.ts'

const SECRET = 'the-secret-of-media-tests-0123456789'
const SERVER = new URL('../../testing/server-child.ts', import.meta.url).pathname
const { signal } = new AbortController()

let folder: TemporaryFolder
let s3: S3Server
beforeAll(async () => {
  folder = await temporaryFolder()
  s3 = await startS3Server()
})
afterAll(async () => {
  await s3[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const linkOn = ({ url }: { url: string }, id: string): string =>
  new LinkSigner({
    secret: Buffer.from(SECRET),
    site: { publicUrl: url },
    clock: { now: Date.now },
    eventLinkMs: 3_600_000,
  }).link(id, 'file', Date.now())

describe('§10 media: on two nodes', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())

  test.each([
    ['that share a folder', () => ({ mediaDir: folder.path })],
    // Each with a folder of its own for what is under way.
    ['that share an S3-compatible store', () => ({ mediaS3: s3.settings })],
  ])('%s: a token of one, an upload to the other, a link on the first', async (_, config) => {
    const start = (): Promise<TestServer> =>
      startTestServer({ database, config: { secret: SECRET, ...config() } })
    await using first = await start()
    await using second = await start()
    const { userToken } = await addMediaOwners(first)
    const bytes = sample.recording({ bytes: 500_000 })
    const { body } = await upload(second.url, { kind: 'video', token: userToken, parts: [{ bytes }] })
    const answer = await fetch(linkOn(first, mediaIdOf(body.id ?? '') ?? ''))
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
  })
})

describe('§10 media: after kill -9', () => {
  let place: TemporaryFolder
  let database: TestDatabase
  let db: Database
  beforeAll(async () => {
    place = await temporaryFolder()
    database = await createTestDatabase()
    db = createDatabase(database.pool)
  })
  afterAll(async () => {
    await database.drop()
    await place[Symbol.asyncDispose]()
  })

  async function startChild(): Promise<{ child: NodeChild; url: string; token: string }> {
    const settings = { CHARSU_PORT: '0', CHARSU_MEDIA_DIR: place.path, CHARSU_DISPATCHER: 'off' }
    const child = startNode(SERVER, { databaseUrl: database.url, settings, delivery: {} })
    const url = `http://127.0.0.1:${(await child.next<{ port: number }>()).port}`
    return { child, url, token: (await addMediaOwners({ url, db })).userToken }
  }

  async function filesOf(path: string): Promise<string[]> {
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  }

  /** Housekeeping as it is in the hours after. */
  async function hoursLater(): Promise<void> {
    const longAgo = Date.now() / 1000 - 7200
    for (const path of await filesOf(join(place.path, 'incoming')).catch(() => [])) {
      await utimes(path, longAgo, longAgo)
    }
    await sql`update media set check_at = check_at - interval '2 hours'`.execute(db)
    const storage = new FolderStorage(place.path)
    await pruneMedia({ db, storage, incoming: join(place.path, 'incoming') }, signal)
  }

  test('in the middle of an upload: what it left is removed, and nothing shows it', async () => {
    const { child, url, token } = await startChild()
    const sending = openUpload(url, { kind: 'video', token })
    await sending.send(Buffer.alloc(1_000_000, 1))
    await waitFor(async () => (await filesOf(place.path)).length > 0)
    await child.kill()
    expect(await filesOf(place.path)).toHaveLength(1)
    await hoursLater()
    expect(await filesOf(place.path)).toEqual([])
    expect(await db.selectFrom('media').select('id').execute()).toEqual([])
  })

  test('at any moment: afterwards every file has its row, and every row its files', async () => {
    const image = await sample.pngImage(300, 300)
    for (let answersBefore = 0; answersBefore < 3; answersBefore++) {
      const { child, url, token } = await startChild()
      let answers = 0
      const sending = Array.from({ length: 6 }, async (): Promise<UploadAnswer | null> => {
        const answer = await upload(url, { kind: 'image', token, parts: [{ bytes: image }] }).catch(
          () => null,
        )
        if (answer) answers++
        return answer
      })
      await waitFor(async () => answers >= answersBefore && (await filesOf(place.path)).length > 0)
      await child.kill()
      const answered = (await Promise.all(sending)).filter((answer) => answer?.status === 200)
      await hoursLater()
      const rows = await db.selectFrom('media').select(['id', 'state']).execute()
      expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(rows.length > 0 ? ['ready'] : []))
      for (const answer of answered) {
        expect(rows.map(({ id }) => id)).toContain(mediaIdOf(answer?.body.id ?? ''))
      }
      const wanted = rows.flatMap(({ id }) =>
        ['file', 'thumbnail'].map((variant) => join(place.path, id.slice(-2), `${id}.${variant}`)),
      )
      expect((await filesOf(place.path)).sort()).toEqual(wanted.sort())
    }
  }, 120_000)
})
