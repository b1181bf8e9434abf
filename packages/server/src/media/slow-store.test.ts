import { writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../testing/temporary-folder.ts'
import { createLog } from '../log.ts'
import { S3Storage } from './s3-storage.ts'

const IDLE_MS = 1000
const PAUSE_MS = 20
const MIB = 1024 * 1024
const FILE_BYTES = 20 * MIB

let folder: TemporaryFolder
let store: Server | undefined
let storage: S3Storage | undefined
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())
afterEach(async () => {
  await storage?.close()
  store?.closeAllConnections()
  store?.close()
})

/** A store of the test's own behaviour. */
async function openStore(answer: RequestListener): Promise<S3Storage> {
  const opened = createServer(answer)
  store = opened
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve))
  const { port } = opened.address() as AddressInfo
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    bucket: 'uploads',
    region: 'us-east-1',
    accessKeyId: 'a',
    secretAccessKey: 'b',
  }
  storage = new S3Storage(settings, createLog({ level: 'silent' }), { idleMs: IDLE_MS })
  return storage
}

const { signal } = new AbortController()

describe('§10 media: a slow store', () => {
  test('may take as long as it wants for a file, as long as it gets on', async () => {
    let [taken, pauses] = [0, 0]
    const take = async (request: Readable) => {
      for await (const chunk of request) {
        taken += (chunk as Buffer).length
        // What is under way in the end is in the hands of neither.
        if (taken > FILE_BYTES / 2) continue
        pauses++
        await delay(PAUSE_MS)
      }
    }
    const slow = await openStore((request, response) => {
      take(request).then(
        () => response.end(),
        () => response.destroy(),
      )
    })
    const path = join(folder.path, 'large')
    await writeFile(path, Buffer.alloc(FILE_BYTES))
    await slow.put('aa/file', path, { contentType: 'video/mp4', sizeBytes: FILE_BYTES })
    expect(taken).toBe(FILE_BYTES)
    expect(pauses * PAUSE_MS).toBeGreaterThan(2 * IDLE_MS)
  })

  test('that stops in the middle of a file ends the reading of it', async () => {
    const hanging = await openStore((_request, response) => {
      response.writeHead(200, { 'content-length': String(MIB) }).write('begun')
    })
    const stream = await hanging.read('aa/file', { signal })
    await expect(stream?.toArray()).rejects.toThrow()
  })

  test('that never answers is given up', async () => {
    const silent = await openStore(() => {})
    await expect(silent.read('aa/file', { signal })).rejects.toThrow()
  })

  test('many readers who do not read on keep nobody else from their file', async () => {
    const READERS = 150
    const file = Buffer.alloc(FILE_BYTES)
    const good = await openStore((_request, response) => {
      response.writeHead(200, { 'content-length': String(FILE_BYTES) }).end(file)
    })
    const readers: Readable[] = []
    for (let i = 0; i < READERS; i++) readers.push((await good.read('aa/file', { signal }))!)
    expect(readers).toHaveLength(READERS)
    for (const reader of readers) reader.on('error', () => {}).destroy()
  })
})
