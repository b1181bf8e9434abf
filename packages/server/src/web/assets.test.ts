import { cp, mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../testing/temporary-folder.ts'
import { SAMPLE_PAGES, startTestServer, type TestServer } from '../../testing/test-server.ts'

const SCRIPT = `console.log('پیام')\n`.repeat(50)

let folder: TemporaryFolder
let node: TestServer

beforeAll(async () => {
  folder = await temporaryFolder()
  await cp(SAMPLE_PAGES, folder.path, { recursive: true })
  const write = (name: string, content: string | Buffer) =>
    writeFile(join(folder.path, 'assets', name), content)
  await write('chat-Ab_c-123.js', SCRIPT)
  await write('chat-Ab_c-123.js.br', brotliCompressSync(SCRIPT))
  await write('chat-Ab_c-123.js.gz', gzipSync(SCRIPT))
  await write('face-1234.woff2', 'a font')
  await write('vazirmatn-arabic-wght-normal-C4fe.woff2', 'a font')
  await write('notes.txt', 'of no type that is served')
  await writeFile(join(folder.path, 'secret.js'), 'outside of the folder')
  node = await startTestServer({ config: { dispatcher: false }, deps: { pages: folder.path } })
})
afterAll(async () => {
  await node.close()
  await folder[Symbol.asyncDispose]()
})

interface Answer {
  status: number
  headers: Record<string, string | undefined>
  bytes: number
}

/** As it goes over the wire: fetch undoes codings, and tidies paths. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(node.url)
    request({ hostname, port, path, headers, method }, async (answer) => {
      let bytes = 0
      for await (const part of answer) bytes += (part as Buffer).length
      resolve({
        status: answer.statusCode ?? 0,
        headers: answer.headers as Record<string, string>,
        bytes,
      })
    })
      .on('error', reject)
      .end()
  })

const CHAT = '/assets/chat-Ab_c-123.js'

describe('files of the pages', () => {
  test('are kept for good, under their own type and no other', async () => {
    const { status, headers, bytes } = await ask(CHAT)
    expect(status).toBe(200)
    expect(bytes).toBe(Buffer.byteLength(SCRIPT))
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
    })
    expect((await ask('/assets/face-1234.woff2')).headers['content-type']).toBe('font/woff2')
  })

  test.each([
    ['br, gzip', 'br'],
    ['gzip, deflate, br;q=0.1', 'br'],
    ['gzip', 'gzip'],
    ['GZIP;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['identity', undefined],
    ['', undefined],
    ['br;q=nonsense', undefined],
  ])('Accept-Encoding %j gets %j', async (accepted, coding) => {
    const { headers, bytes } = await ask(CHAT, { 'accept-encoding': accepted })
    expect(headers['content-encoding']).toBe(coding)
    expect(Number(headers['content-length'])).toBe(bytes)
    expect(bytes < SCRIPT.length).toBe(coding !== undefined)
  })

  test('a file that the build has not compressed is sent as it is', async () => {
    const { status, headers } = await ask('/assets/face-1234.woff2', { 'accept-encoding': 'br, gzip' })
    expect([status, headers['content-encoding']]).toEqual([200, undefined])
  })

  test('who has it already is told so, each form by a name of its own', async () => {
    const plain = await ask(CHAT)
    const packed = await ask(CHAT, { 'accept-encoding': 'br' })
    expect(plain.headers.etag).not.toBe(packed.headers.etag)
    const etag = packed.headers.etag ?? ''
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask(CHAT, { 'accept-encoding': 'br', 'if-none-match': known })
      expect([again.status, again.bytes, again.headers.etag]).toEqual([304, 0, etag])
    }
    expect((await ask(CHAT, { 'if-none-match': etag })).status).toBe(200)
  })

  test('HEAD tells the same and sends nothing', async () => {
    const full = await ask(CHAT, { 'accept-encoding': 'gzip' })
    const head = await ask(CHAT, { 'accept-encoding': 'gzip' }, 'HEAD')
    expect([head.status, head.bytes]).toEqual([200, 0])
    expect(head.headers['content-length']).toBe(full.headers['content-length'])
  })

  test.each([
    '/assets/../secret.js',
    '/assets/..%2fsecret.js',
    '/assets/%2e%2e%2fsecret.js',
    '/assets/..%5csecret.js',
    '/assets/%2e%2e',
    '/assets/.hidden.js',
    '/assets/nothing-1234.js',
    '/assets/notes.txt',
    '/assets/chat-Ab_c-123.js.br',
    '/assets/chat-Ab_c-123.js%00.css',
    '/assets/chat-Ab_c-123.js/',
    `/assets/${'long-'.repeat(60)}.js`,
    '/assets/',
    '/assets',
  ])('%s is not there', async (path) => {
    const { status, headers } = await ask(path)
    expect([400, 404]).toContain(status)
    expect(headers['cache-control'] ?? '').not.toContain('immutable')
  })
})

describe('the font, for pages that do not know its built name', () => {
  test('is found among the built files, and may change with the next build', async () => {
    const { status, headers } = await ask('/fonts/vazirmatn-arabic.woff2')
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'font/woff2',
      'public, max-age=86400',
    ])
  })

  test.each(['/fonts/vazirmatn-latin.woff2', '/fonts/face-1234.woff2', '/fonts/..%2findex.html'])(
    '%s is not there',
    async (path) => expect((await ask(path)).status).toBe(404),
  )
})

describe('pages that are not built', () => {
  test('say which command builds them, and are served as soon as it has run', async () => {
    await using later = await temporaryFolder()
    const dist = join(later.path, 'dist')
    await using bare = await startTestServer({
      database: node.database,
      config: { dispatcher: false },
      deps: { pages: dist },
    })
    const before = await fetch(bare.url, { headers: { 'accept-language': 'fa' } })
    expect(before.status).toBe(503)
    const page = await before.text()
    expect(page).toContain('npm run build -w packages/web')
    expect(page).toContain('dir="rtl"')
    expect((await fetch(`${bare.url}/assets/sample-5ampleJs.js`)).status).toBe(404)

    await cp(SAMPLE_PAGES, dist, { recursive: true })
    expect((await fetch(bare.url)).status).toBe(200)
    expect((await fetch(`${bare.url}/assets/sample-5ampleJs.js`)).status).toBe(200)
  })

  test('another build takes the place of the one before without a restart', async () => {
    await using built = await temporaryFolder()
    await cp(SAMPLE_PAGES, built.path, { recursive: true })
    await using server = await startTestServer({
      database: node.database,
      config: { dispatcher: false },
      deps: { pages: built.path },
    })
    expect(await (await fetch(server.url)).text()).toContain('sample-5ampleJs.js')
    const file = join(built.path, 'index.html')
    const document = await (await fetch(server.url)).text()
    expect(document).toContain('<title>Charsu</title>')
    await rm(file)
    expect((await fetch(server.url)).status).toBe(503)
    await cp(join(SAMPLE_PAGES, 'index.html'), file)
    await utimes(file, 1, 1)
    expect((await fetch(server.url)).status).toBe(200)
  })

  test('pages of another version are an error that says what to do in the log, not a broken page', async () => {
    await using odd = await temporaryFolder()
    await mkdir(join(odd.path, 'assets'))
    await writeFile(join(odd.path, 'index.html'), '<!doctype html><html></html>')
    await using server = await startTestServer({
      database: node.database,
      config: { dispatcher: false },
      deps: { pages: odd.path },
    })
    const answer = await fetch(server.url)
    expect(answer.status).toBe(500)
    expect(answer.headers.get('content-type')).toContain('text/html')
  })
})
