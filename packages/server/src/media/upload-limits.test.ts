import { once } from 'node:events'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { helpDetail } from '../../testing/help-page.ts'
import { addMediaOwners, type MediaOwners, upload } from '../../testing/media-bed.ts'
import { startS3Server } from '../../testing/s3-server.ts'
import * as sample from '../../testing/sample-files.ts'
import { type OpenUpload, openUpload } from '../../testing/slow-upload.ts'
import { type TemporaryFolder, temporaryFolder } from '../../testing/temporary-folder.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { MediaOptions } from './create-media.ts'
import { receiveUpload } from './receive-upload.ts'

let folder: TemporaryFolder
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

const start = (media: Partial<MediaOptions>): Promise<TestServer> =>
  startTestServer({ config: { mediaDir: folder.path }, deps: { media } })

const incoming = (): Promise<string[]> => readdir(join(folder.path, 'incoming')).catch(() => [])
const rowsOf = ({ db }: TestServer) => db.selectFrom('media').select('id').execute()
const nothingLeft = () => waitFor(async () => (await incoming()).length === 0)

/** Resolves once the server has begun to write the file. */
async function begun(at: OpenUpload, files = 1): Promise<void> {
  await at.send(Buffer.alloc(100_000, 1))
  await waitFor(async () => (await incoming()).length >= files)
}

describe('§10 media: what an owner may have waiting', () => {
  let node: TestServer
  let owners: MediaOwners
  beforeAll(async () => {
    node = await start({ waitingFiles: 3, waitingBytes: 5000 })
  })
  beforeEach(async () => {
    owners = await addMediaOwners(node)
  })
  afterAll(() => node.close())
  const send = (bytes: Buffer, token = owners.appToken) =>
    upload(node.url, { kind: 'file', token, parts: [{ bytes }] })

  test('is bounded in number: 429 until some are sent', async () => {
    for (let i = 0; i < 3; i++) expect((await send(sample.pdfFile())).status).toBe(200)
    expect(await send(sample.pdfFile())).toMatchObject({
      status: 429,
      body: {
        code: 8,
        message: expect.stringContaining('at most 3'),
        details: [{ reason: 'TOO_MUCH_WAITING' }, helpDetail('TOO_MUCH_WAITING')],
      },
    })
    expect((await send(sample.pdfFile(), owners.userToken)).status).toBe(200)
    await node.db
      .updateTable('media')
      .set({ used_at: new Date() })
      .where('owner_id', '=', owners.app.id)
      .execute()
    expect((await send(sample.pdfFile())).status).toBe(200)
  })

  test('and in bytes, exactly, however many come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(sample.pdfFile('x'.repeat(2000)))))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429, 429])
    await nothingLeft()
  })
})

describe('§10 media: uploads at once', () => {
  test('are bounded for an owner (429) and for a node (503)', async () => {
    await using node = await start({ uploadsOfOwner: 2, uploadsOfNode: 3 })
    const { appToken, userToken } = await addMediaOwners(node)
    const { appToken: otherToken } = await addMediaOwners(node)
    const open = [1, 2].map(() => openUpload(node.url, { kind: 'file', token: appToken }))
    for (const [i, each] of open.entries()) await begun(each, i + 1)
    const parts = [{ bytes: sample.pdfFile() }]
    expect(await upload(node.url, { kind: 'file', token: appToken, parts })).toMatchObject({
      status: 429,
      body: { code: 8, details: [{ reason: 'TOO_MANY_UPLOADS' }, helpDetail('TOO_MANY_UPLOADS')] },
    })
    const third = openUpload(node.url, { kind: 'file', token: userToken })
    await begun(third, 3)
    expect(await upload(node.url, { kind: 'file', token: otherToken, parts })).toMatchObject({
      status: 503,
      body: { code: 14, details: [{ reason: 'UPLOADS_BUSY' }, helpDetail('UPLOADS_BUSY')] },
    })
    for (const each of [...open, third]) each.cut()
    await nothingLeft()
    expect((await upload(node.url, { kind: 'file', token: appToken, parts })).status).toBe(200)
  })
})

describe('§10 media: uploads that do not get on', () => {
  test.each<[string, Partial<MediaOptions>]>([
    ['without a byte for a while', { idleMs: 100 }],
    ['that take too long in all', { deadlineMs: 300 }],
  ])('%s are given up, 408', async (_, pace) => {
    await using node = await start(pace)
    const { appToken } = await addMediaOwners(node)
    const slow = openUpload(node.url, { kind: 'file', token: appToken })
    await slow.send(Buffer.alloc(1000))
    expect(await slow.answer).toMatchObject({
      status: 408,
      body: { code: 3, details: [{ reason: 'UPLOAD_TOO_SLOW' }, helpDetail('UPLOAD_TOO_SLOW')] },
    })
    await nothingLeft()
    expect(await rowsOf(node)).toEqual([])
    slow.cut()
  })

  test('whose sender goes away leave nothing', async () => {
    await using node = await start({})
    const { appToken } = await addMediaOwners(node)
    const upload = openUpload(node.url, { kind: 'video', token: appToken })
    await begun(upload)
    upload.cut()
    await nothingLeft()
    expect(await rowsOf(node)).toEqual([])
  })

  test('whose sender went away before the first byte was read hold nothing up', async () => {
    const stream = new PassThrough().destroy()
    await once(stream, 'close')
    const body = { contentType: 'multipart/form-data; boundary=a', stream }
    const endless = { idleMs: 1_000_000, deadlineMs: 1_000_000 }
    await expect(receiveUpload(body, [], endless)).rejects.toMatchObject({ reason: 'UPLOAD_MALFORMED' })
  })

  test('under way are given up when the server stops, and leave nothing', async () => {
    const node = await start({})
    const { appToken } = await addMediaOwners(node)
    const upload = openUpload(node.url, { kind: 'video', token: appToken })
    await begun(upload)
    await node.close()
    expect(await incoming()).toEqual([])
  }, 20_000)
})

describe('§10 media: a refused upload is not read to its end', () => {
  let node: TestServer
  let owners: MediaOwners
  beforeAll(async () => {
    node = await start({})
    owners = await addMediaOwners(node)
  })
  afterAll(() => node.close())

  test('one byte too many is answered while the sender is still sending', async () => {
    const upload = openUpload(node.url, { kind: 'voice', token: owners.appToken })
    await upload.send(Buffer.alloc(1.5 * 1024 * 1024))
    await upload.send(Buffer.alloc(1))
    expect(await upload.answer).toMatchObject({
      status: 413,
      body: { details: [{}, { reason: 'MEDIA_TOO_LARGE' }, helpDetail('MEDIA_TOO_LARGE')] },
    })
    upload.cut()
    await nothingLeft()
  })

  test('one that says it is too large is answered before its first byte', async () => {
    const head = [
      'POST /upload/voice HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${owners.appToken}`,
      'Content-Type: multipart/form-data; boundary=x',
      'Content-Length: 9999999999',
    ]
    const socket = connect(Number(new URL(node.url).port), '127.0.0.1')
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (data) => resolve(String(data))),
    )
    expect(answer).toContain('413')
    expect(answer).toContain('MEDIA_TOO_LARGE')
    socket.destroy()
  })

  test('and who goes on sending is cut off', async () => {
    const socket = connect(Number(new URL(node.url).port), '127.0.0.1')
    socket.on('error', () => {})
    const head = [
      'POST /upload/voice HTTP/1.1',
      'Host: localhost',
      'Authorization: Bearer nothing',
      'Content-Type: multipart/form-data; boundary=x',
      'Content-Length: 9999999999',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    const answer = text(socket).catch(() => '')
    const piece = Buffer.alloc(256 * 1024)
    while (!socket.destroyed && socket.writable) {
      if (!socket.write(piece)) {
        await Promise.race([closed, new Promise((resolve) => socket.once('drain', resolve))])
      }
    }
    await closed
    await answer
    expect(socket.bytesWritten).toBeLessThan(100 * 1024 * 1024)
  })
})

describe('§10 media: bodies that are no proper form', () => {
  let node: TestServer
  let owners: MediaOwners
  beforeAll(async () => {
    node = await start({ idleMs: 2_000 })
    owners = await addMediaOwners(node)
  })
  afterAll(() => node.close())
  const post = async (body: string, type = 'multipart/form-data; boundary=x') => {
    const answer = await fetch(`${node.url}/upload/file`, {
      method: 'POST',
      headers: { authorization: `Bearer ${owners.appToken}`, 'content-type': type },
      body,
    })
    const { code, details } = (await answer.json()) as { code: number; details: { reason?: string }[] }
    return `${answer.status} ${code} ${details.find(({ reason }) => reason)?.reason}`
  }
  const part = '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'

  test.each([
    ['no boundary', part, 'multipart/form-data'],
    ['another boundary', `${part}hello\r\n--x--\r\n`, 'multipart/form-data; boundary=y'],
    ['no end', `${part}%PDF-1.4 hello`, undefined],
    ['a part without headers', '--x\r\n\r\nhello\r\n--x--\r\n', undefined],
    [
      'headers that do not end',
      `--x\r\ncontent-disposition: form-data; name="${'f'.repeat(20_000)}`,
      undefined,
    ],
    ['no parts', '--x--\r\n', undefined],
    ['nothing', ' ', undefined],
    [
      'many fields',
      `${'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(30)}--x--\r\n`,
      undefined,
    ],
  ])('%s: 400', async (_, body, type) => {
    expect(await post(body, type)).toMatch(/^400 3 (UPLOAD_MALFORMED|FILE_MISSING)$/)
    expect(await incoming()).toEqual([])
  })

  test('bytes of any kind never bring the server down', async () => {
    const png = await sample.pngImage()
    for (let i = 0; i < png.length; i += 7) {
      const bytes = Buffer.from(png)
      bytes[i] = (bytes[i]! + 128) % 256
      const { status } = await upload(node.url, {
        kind: 'image',
        token: owners.userToken,
        parts: [{ bytes }],
      })
      expect([200, 400]).toContain(status)
    }
    expect(await incoming()).toEqual([])
  })
})

describe('§10 media: a folder that is gone, full or read-only', () => {
  test.each(['', 'incoming'])('answers 503 (%s), and 200 once it is there again', async (broken) => {
    const mediaDir = join(folder.path, 'broken')
    await using node = await startTestServer({ config: { mediaDir } })
    const { userToken } = await addMediaOwners(node)
    const send = () =>
      upload(node.url, { kind: 'file', token: userToken, parts: [{ bytes: sample.pdfFile() }] })
    const path = join(mediaDir, broken)
    await rm(path, { recursive: true, force: true })
    await writeFile(path, '')
    expect(await send()).toMatchObject({
      status: 503,
      body: { code: 14, details: [{ reason: 'MEDIA_NOT_STORED' }, helpDetail('MEDIA_NOT_STORED')] },
    })
    await rm(path)
    expect((await send()).status).toBe(200)
    await rm(mediaDir, { recursive: true })
  })
})

describe('§10 media: a store that is away', () => {
  test('answers 503, and no file is shown that is not there', async () => {
    const s3 = await startS3Server()
    await using node = await startTestServer({ config: { mediaDir: folder.path, mediaS3: s3.settings } })
    const { userToken } = await addMediaOwners(node)
    const send = () =>
      upload(node.url, { kind: 'file', token: userToken, parts: [{ bytes: sample.pdfFile() }] })
    expect((await send()).status).toBe(200)
    await s3.close()
    expect(await send()).toMatchObject({
      status: 503,
      body: { code: 14, details: [{ reason: 'MEDIA_NOT_STORED' }, helpDetail('MEDIA_NOT_STORED')] },
    })
    await nothingLeft()
    expect((await rowsOf(node)).length).toBeLessThanOrEqual(2)
    const ready = await node.db.selectFrom('media').select('id').where('state', '=', 'ready').execute()
    expect(ready).toHaveLength(1)
    await s3[Symbol.asyncDispose]()
  })
})
