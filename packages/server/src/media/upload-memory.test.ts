import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addMediaOwners } from '../../testing/media-bed.ts'
import { type NodeChild, startNode } from '../../testing/node-child.ts'
import { type S3Server, startS3Server } from '../../testing/s3-server.ts'
import { recording } from '../../testing/sample-files.ts'
import { openUpload } from '../../testing/slow-upload.ts'
import { type TemporaryFolder, temporaryFolder } from '../../testing/temporary-folder.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { createDatabase } from '../db/database.ts'
import { KIND_RULES } from './media-kinds.ts'

const SCRIPT = new URL('../../testing/server-child.ts', import.meta.url).pathname
const MIB = 1024 * 1024
const PIECE = 1 * MIB

let folder: TemporaryFolder
let s3: S3Server
let database: TestDatabase
let child: NodeChild
let url: string
let token: string
beforeAll(async () => {
  folder = await temporaryFolder()
  s3 = await startS3Server()
  database = await createTestDatabase()
})
afterAll(async () => {
  await database.drop()
  await s3[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

async function startServer(settings: Record<string, string>): Promise<void> {
  child = startNode(
    SCRIPT,
    {
      databaseUrl: database.url,
      settings: { CHARSU_PORT: '0', CHARSU_MEDIA_DIR: folder.path, CHARSU_DISPATCHER: 'off', ...settings },
      delivery: {},
    },
    ['--expose-gc'],
  )
  url = `http://127.0.0.1:${(await child.next<{ port: number }>()).port}`
  token = (await addMediaOwners({ url, db: createDatabase(database.pool) })).appToken
}

const settingsOfS3 = () => ({
  CHARSU_MEDIA_S3_BUCKET: s3.settings.bucket,
  CHARSU_MEDIA_S3_ENDPOINT: s3.settings.endpoint ?? '',
  CHARSU_MEDIA_S3_ACCESS_KEY_ID: s3.settings.accessKeyId ?? '',
  CHARSU_MEDIA_S3_SECRET_ACCESS_KEY: s3.settings.secretAccessKey ?? '',
})

/** A video of that many bytes, sent in pieces, so that this process needs little memory itself. */
async function sendVideo(size: number): Promise<void> {
  const head = recording({ bytes: size - recording({ bytes: 0 }).length })
  const upload = openUpload(url, { kind: 'video', token })
  for (let at = 0; at < head.length; at += PIECE) await upload.send(head.subarray(at, at + PIECE))
  upload.end()
  expect(await upload.answer).toMatchObject({ status: 200 })
}

const sendLargestVideo = (): Promise<void> => sendVideo(KIND_RULES.video.mostBytes)

/** Bytes of a line of /proc/{pid}/status. */
async function resident(line: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
  const [, kilobytes = ''] = new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(status) ?? []
  return Number(kilobytes) * 1024
}

async function collect(): Promise<{ heapUsed: number; external: number }> {
  child.tell(JSON.stringify({ ask: 'memory' }))
  return child.next()
}

describe.each([
  ['a folder', () => ({})],
  ['an S3-compatible store', settingsOfS3],
])('§10 media: uploads are streamed to %s', (_, settings) => {
  beforeAll(() => startServer(settings()))
  afterAll(() => child.kill())

  test.skipIf(process.platform !== 'linux')(
    'a 50 MB video raises memory by less than 20 MB',
    async () => {
      // The first ones load what a start does without.
      await sendLargestVideo()
      await sendLargestVideo()
      await collect()
      const before = await resident('VmRSS')
      await writeFile(`/proc/${child.pid}/clear_refs`, '5')
      for (let i = 0; i < 3; i++) await sendLargestVideo()
      const peak = await resident('VmHWM')
      expect((peak - before) / MIB).toBeLessThan(20)
    },
    120_000,
  )

  test('and leaves nothing of it in memory', async () => {
    const before = await collect()
    for (let i = 0; i < 2; i++) await sendLargestVideo()
    const after = await collect()
    expect((after.heapUsed + after.external - before.heapUsed - before.external) / MIB).toBeLessThan(2)
  }, 120_000)
})
