import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type S3Server, startS3Server } from '../../testing/s3-server.ts'
import { type TemporaryFolder, temporaryFolder } from '../../testing/temporary-folder.ts'
import { ConfigError } from '../config.ts'
import { createLog } from '../log.ts'
import type { MediaStorage } from './media-storage.ts'
import { openStorage } from './open-storage.ts'

const silentLog = createLog({ level: 'silent' })

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

const KINDS: Record<string, () => Promise<MediaStorage>> = {
  'a folder': async () =>
    (await openStorage({ mediaDir: join(folder.path, 'media'), mediaS3: null }, silentLog)).storage,
  'an S3-compatible store': async () =>
    (await openStorage({ mediaDir: join(folder.path, 'media'), mediaS3: s3.settings }, silentLog)).storage,
}

const NAME = 'ab/01900000-0000-7000-8000-0000000000ab.file'
const { signal } = new AbortController()

async function localFile(
  bytes: Uint8Array,
): Promise<{ path: string; facts: { contentType: string; sizeBytes: number } }> {
  const path = join(folder.path, randomBytes(8).toString('hex'))
  await writeFile(path, bytes)
  return { path, facts: { contentType: 'application/pdf', sizeBytes: bytes.length } }
}

async function load(
  storage: MediaStorage,
  name: string,
  range?: { first: number; last: number },
): Promise<Buffer | null> {
  const stream = await storage.read(name, { signal, ...(range && { range }) })
  return stream && buffer(stream)
}

describe.each(Object.entries(KINDS))('§10 media: files in %s', (_, open) => {
  let storage: MediaStorage
  beforeAll(async () => {
    storage = await open()
    await storage.open()
  })
  afterAll(() => storage.close())

  test('are read as they were written, whole and in parts', async () => {
    const bytes = randomBytes(300_000)
    const { path, facts } = await localFile(bytes)
    await storage.put(NAME, path, facts)
    expect((await load(storage, NAME))?.equals(bytes)).toBe(true)
    expect((await load(storage, NAME, { first: 0, last: 9 }))?.equals(bytes.subarray(0, 10))).toBe(true)
    expect(
      (await load(storage, NAME, { first: 1000, last: 200_000 }))?.equals(bytes.subarray(1000, 200_001)),
    ).toBe(true)
    expect((await load(storage, NAME, { first: 299_999, last: 299_999 }))?.equals(bytes.subarray(-1))).toBe(
      true,
    )
  })

  test('are there once they have been written again', async () => {
    const { path, facts } = await localFile(Buffer.from('again'))
    await storage.put('cd/twice', path, facts)
    await storage.put('cd/twice', path, facts)
    expect((await load(storage, 'cd/twice'))?.toString()).toBe('again')
  })

  test('that are not there are null, not an error', async () => {
    expect(await load(storage, 'ff/nothing')).toBeNull()
  })

  test('are gone when removed, and removing what is gone is no fault', async () => {
    const { path, facts } = await localFile(Buffer.from('x'))
    const names = Array.from({ length: 20 }, (_, i) => `ef/${i}`)
    for (const name of names) await storage.put(name, path, facts)
    await storage.remove([...names, 'ef/never'])
    await storage.remove(names)
    for (const name of names) expect(await load(storage, name)).toBeNull()
  })

  test('come as fast as they are read, and stop when their reader does', async () => {
    const bytes = randomBytes(8_000_000)
    const { path, facts } = await localFile(bytes)
    await storage.put('aa/large', path, facts)
    const stream = await storage.read('aa/large', { signal })
    // That it was ended is an error to a stream.
    stream!.on('error', () => {})
    const hash = createHash('sha256')
    let seen = 0
    for await (const chunk of stream!) {
      seen += chunk.length
      hash.update(chunk)
      if (seen > 1_000_000) break
    }
    if (!stream!.closed) await new Promise((resolve) => stream!.once('close', resolve))
    expect(hash.digest()).toEqual(createHash('sha256').update(bytes.subarray(0, seen)).digest())
    expect(stream!.readableLength).toBeLessThan(1_000_000)
  })

  test('a write that fails leaves nothing to be read', async () => {
    const facts = { contentType: 'application/pdf', sizeBytes: 5 }
    await expect(storage.put('bb/failed', join(folder.path, 'missing'), facts)).rejects.toThrow()
    expect(await load(storage, 'bb/failed')).toBeNull()
  })
})

describe('§10 media: a place that cannot work stops the start', () => {
  const problemOf = async (config: Parameters<typeof openStorage>[0]): Promise<string> => {
    const { storage } = await openStorage(config, silentLog)
    const error = await storage.open().then(
      () => null,
      (thrown: unknown) => thrown,
    )
    await storage.close()
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).message
  }

  test('a bucket that is not there', async () => {
    const problem = await problemOf({
      mediaDir: folder.path,
      mediaS3: { ...s3.settings, bucket: 'elsewhere' },
    })
    expect(problem).toContain('CHARSU_MEDIA_S3_BUCKET is elsewhere')
    expect(problem).toContain('no such bucket: create it')
  })

  test('credentials that are not known', async () => {
    const problem = await problemOf({
      mediaDir: folder.path,
      mediaS3: { ...s3.settings, accessKeyId: 'nobody' },
    })
    expect(problem).toContain('CHARSU_MEDIA_S3_ACCESS_KEY_ID')
    expect(problem).not.toContain(s3.settings.secretAccessKey!)
  })

  test('a folder where a file is', async () => {
    const path = join(folder.path, 'a-file')
    await writeFile(path, '')
    expect(await problemOf({ mediaDir: join(path, 'media'), mediaS3: null })).toContain('CHARSU_MEDIA_DIR is')
  })

  test('a folder that is read-only', async () => {
    const path = join(folder.path, 'read-only')
    await mkdir(path)
    await chmod(path, 0o500)
    if (process.getuid?.() === 0) return
    expect(await problemOf({ mediaDir: join(path, 'media'), mediaS3: null })).toContain('CHARSU_MEDIA_DIR is')
  })

  test.skipIf(process.platform !== 'linux')(
    'a folder that is there, in which nothing can be written',
    async () => {
      expect(await problemOf({ mediaDir: '/proc', mediaS3: null })).toContain('CHARSU_MEDIA_DIR is /proc')
    },
  )

  test('but a store that is away for a while does not', async () => {
    const away = { ...s3.settings, endpoint: 'http://127.0.0.1:9' }
    const { storage } = await openStorage({ mediaDir: folder.path, mediaS3: away }, silentLog)
    await storage.open()
    await storage.close()
  })

  test('neither is needed by a server that was given none: it takes no uploads', async () => {
    const { storage } = await openStorage({ mediaDir: null, mediaS3: null }, silentLog)
    await storage.open()
    const { path, facts } = await localFile(Buffer.from('x'))
    await expect(storage.put('aa/x', path, facts)).rejects.toMatchObject({ reason: 'MEDIA_NOT_CONFIGURED' })
    expect(await readdir(folder.path)).toContain('media')
  })
})
