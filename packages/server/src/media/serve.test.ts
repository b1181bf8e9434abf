import { get } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { helpDetail } from '../../testing/help-page.ts'
import { addMediaOwners, type MediaOwners, upload } from '../../testing/media-bed.ts'
import { MovingClock } from '../../testing/moving-clock.ts'
import { type S3Server, startS3Server } from '../../testing/s3-server.ts'
import * as sample from '../../testing/sample-files.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { LinkSigner } from './link-signer.ts'
import { mediaIdOf } from './media-token.ts'
import { removeMediaOfUser } from './remove-media.ts'

const SECRET = 'the-secret-of-media-tests-0123456789'
const DAY_MS = 86_400_000

let s3: S3Server
beforeAll(async () => {
  s3 = await startS3Server()
})
afterAll(() => s3[Symbol.asyncDispose]())

describe.each(['a folder', 'an S3-compatible store'])('§10 media: what is served from %s', (place) => {
  const clock = new MovingClock()
  let node: TestServer
  let links: LinkSigner
  let owners: MediaOwners
  beforeAll(async () => {
    node = await startTestServer({
      clock,
      config: { secret: SECRET, ...(place !== 'a folder' && { mediaS3: s3.settings }) },
    })
    links = new LinkSigner({
      secret: Buffer.from(SECRET),
      site: { publicUrl: node.url },
      clock,
      eventLinkMs: 40 * DAY_MS,
    })
    owners = await addMediaOwners(node)
  })
  beforeEach(() => clock.set(0))
  afterAll(() => node.close())

  async function stored(kind: string, bytes: Uint8Array, name = 'upload'): Promise<string> {
    const { body } = await upload(node.url, { kind, token: owners.userToken, parts: [{ bytes, name }] })
    return mediaIdOf(body.id ?? '') ?? ''
  }
  const fileOf = (id: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(links.link(id, 'file', clock.now()), { method, headers })
  const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer())
  const errorOf = async (answer: Response) => ({
    status: answer.status,
    ...((await answer.json()) as object),
  })

  test('a document comes as it was sent, to be saved under its name', async () => {
    const id = await stored('file', sample.pdfFile(), 'قرارداد (1).pdf')
    const answer = await fileOf(id)
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(sample.pdfFile().length),
      'content-disposition': `attachment; filename="_______ (1).pdf"; filename*=UTF-8''${encodeURIComponent('قرارداد ')}%281%29.pdf`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      'accept-ranges': 'bytes',
      'cache-control': expect.stringMatching(/^private, max-age=\d+, immutable$/),
    })
    expect(await bytesOf(answer)).toEqual(sample.pdfFile())
  })

  test('pictures, voices and videos are shown in place, under the type of their content', async () => {
    for (const [kind, bytes, type] of [
      ['image', await sample.pngImage(), 'image/png'],
      ['voice', sample.m4aVoice(), 'audio/mp4'],
      ['video', sample.recording(), 'video/mp4'],
    ] as const) {
      const answer = await fileOf(await stored(kind, bytes, 'evil.html'))
      expect(answer.headers.get('content-type')).toBe(type)
      expect(answer.headers.get('content-disposition')).toBe('inline')
      expect(await bytesOf(answer)).toEqual(bytes)
    }
  })

  test('thumbnails of pictures and videos are small JPEGs; a video without one has a neutral one', async () => {
    const image = await stored(
      'image',
      await sample.jpegImage({ width: 2000, height: 1000, remark: 'at home' }),
    )
    const video = await stored('video', sample.recording())
    for (const id of [image, video]) {
      const answer = await fetch(links.link(id, 'thumbnail', clock.now()))
      expect(answer.headers.get('content-type')).toBe('image/jpeg')
      const bytes = await bytesOf(answer)
      expect(bytes.length).toBe(Number(answer.headers.get('content-length')))
      expect(bytes.includes('at home')).toBe(false)
      expect(bytes.readUInt16BE(0)).toBe(0xffd8)
    }
  })

  test('a video shows the picture that came with it', async () => {
    const { body } = await upload(node.url, {
      kind: 'video',
      token: owners.userToken,
      parts: [
        { field: 'thumbnail', bytes: await sample.jpegImage({ width: 100, height: 90 }) },
        { bytes: sample.recording() },
      ],
    })
    const answer = await fetch(links.link(mediaIdOf(body.id ?? '') ?? '', 'thumbnail', clock.now()))
    const { default: sharp } = await import('sharp')
    expect(await sharp(await bytesOf(answer)).metadata()).toMatchObject({ width: 100, height: 90 })
  })

  test('a document has no thumbnail', async () => {
    const id = await stored('file', sample.pdfFile())
    const answer = await fetch(links.link(id, 'thumbnail', clock.now()))
    expect(await errorOf(answer)).toMatchObject({
      status: 410,
      code: 5,
      details: [{ reason: 'MEDIA_REMOVED' }, helpDetail('MEDIA_REMOVED')],
    })
  })

  describe('in parts', () => {
    const bytes = sample.recording({ bytes: 200_000 })
    let id: string
    beforeAll(async () => {
      id = await stored('video', bytes)
    })
    test.each([
      ['bytes=0-99', 0, 99],
      ['bytes=100-', 100, bytes.length - 1],
      ['bytes=-500', bytes.length - 500, bytes.length - 1],
      ['bytes=10-99999999', 10, bytes.length - 1],
      [`bytes=-${bytes.length * 2}`, 0, bytes.length - 1],
    ])('%s', async (range, first, last) => {
      const answer = await fileOf(id, { range })
      expect(answer.status).toBe(206)
      expect(answer.headers.get('content-range')).toBe(`bytes ${first}-${last}/${bytes.length}`)
      expect(answer.headers.get('content-length')).toBe(String(last - first + 1))
      expect((await bytesOf(answer)).equals(bytes.subarray(first, last + 1))).toBe(true)
    })

    test.each(['bytes=5-2', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,5-9', 'bytes=1-2-3'])(
      '%s is answered with the whole',
      async (range) => {
        const answer = await fileOf(id, { range })
        expect(answer.status).toBe(200)
        expect((await bytesOf(answer)).length).toBe(bytes.length)
      },
    )

    test.each([`bytes=${bytes.length}-`, 'bytes=-0', 'bytes=99999999-'])('%s is 416', async (range) => {
      const answer = await fileOf(id, { range })
      expect(answer.headers.get('content-range')).toBe(`bytes */${bytes.length}`)
      expect(await errorOf(answer)).toMatchObject({ status: 416, code: 3 })
    })

    test('If-Range: a part of the same file, the whole of another', async () => {
      const etag = (await fileOf(id, {}, 'HEAD')).headers.get('etag') ?? ''
      const part = await fileOf(id, { range: 'bytes=0-99', 'if-range': etag })
      const whole = await fileOf(id, { range: 'bytes=0-99', 'if-range': '"another"' })
      expect([part.status, whole.status]).toEqual([206, 200])
      await Promise.all([bytesOf(part), bytesOf(whole)])
    })

    test('HEAD says the same as GET, without the bytes', async () => {
      const head = await fileOf(id, { range: 'bytes=0-99' }, 'HEAD')
      expect(head.status).toBe(200)
      expect(head.headers.get('content-length')).toBe(String(bytes.length))
      expect((await bytesOf(head)).length).toBe(0)
    })
  })

  test('a browser that has it is told so', async () => {
    const id = await stored('image', await sample.pngImage())
    const etag = (await fileOf(id, {}, 'HEAD')).headers.get('etag') ?? ''
    for (const tags of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const known = await fileOf(id, { 'if-none-match': tags })
      // A cache on the way would take another length for the file's own.
      expect([known.status, known.headers.get('content-length')]).toEqual([304, null])
    }
    const other = await fileOf(id, { 'if-none-match': '"x"' })
    expect(other.status).toBe(200)
    await bytesOf(other)
  })

  test('an event’s link works for 40 days, a view’s for 6 to 12 hours; after that it is 410', async () => {
    const id = await stored('image', await sample.pngImage())
    const event = links.link(id, 'file', clock.now())
    const view = links.viewLink(id, 'file')
    expect(links.link(id, 'file', clock.now())).toBe(event)
    const ages = [
      [view, 6 * 3_600_000 - 1000, 200],
      [view, 12 * 3_600_000 + 1000, 410],
      [event, 40 * DAY_MS - 1000, 200],
      [event, 40 * DAY_MS + 2000, 410],
    ] as const
    for (const [link, age, status] of ages) {
      clock.set(age)
      const answer = await fetch(link)
      expect([age, answer.status]).toEqual([age, status])
      await bytesOf(answer)
    }
    expect(await errorOf(await fetch(event))).toMatchObject({
      code: 5,
      details: [{ reason: 'LINK_EXPIRED' }, helpDetail('LINK_EXPIRED')],
    })
  })

  test('a link that was changed in any way is 403 and tells nothing', async () => {
    const id = await stored('image', await sample.pngImage())
    const other = await stored('image', await sample.pngImage())
    const link = new URL(links.link(id, 'file', clock.now()))
    const changed = (change: (url: URL) => void): URL => {
      const url = new URL(link)
      change(url)
      return url
    }
    const later = String(Number(link.searchParams.get('expires')) + 1)
    const forged = [
      changed((url) => url.searchParams.set('expires', later)),
      changed((url) => url.searchParams.set('signature', 'A'.repeat(43))),
      changed((url) => url.searchParams.delete('signature')),
      changed((url) => url.searchParams.append('signature', 'x')),
      changed((url) => {
        url.pathname = url.pathname.replace(id, other)
      }),
      changed((url) => {
        url.pathname = url.pathname.replace('file', 'thumbnail')
      }),
      changed((url) => {
        url.pathname = '/media/..%2f..%2fetc/passwd'
      }),
    ]
    for (const url of forged) {
      expect(await errorOf(await fetch(url))).toMatchObject({
        status: 403,
        code: 7,
        details: [{ reason: 'LINK_FORGED' }, helpDetail('LINK_FORGED')],
      })
    }
  })

  test('what a person had uploaded is gone at once when they are removed', async () => {
    const mine = await addMediaOwners(node)
    const { body } = await upload(node.url, {
      kind: 'file',
      token: mine.userToken,
      parts: [{ bytes: sample.pdfFile() }],
    })
    const id = mediaIdOf(body.id ?? '') ?? ''
    await bytesOf(await fileOf(id))
    await removeMediaOfUser(node.db, mine.user.id)
    expect(await errorOf(await fileOf(id))).toMatchObject({
      status: 410,
      details: [{ reason: 'MEDIA_REMOVED' }, helpDetail('MEDIA_REMOVED')],
    })
  })

  test('a reader that goes away in the middle harms nobody', async () => {
    const id = await stored('video', sample.recording({ bytes: 20_000_000 }))
    const link = links.link(id, 'file', clock.now())
    for (let i = 0; i < 5; i++) {
      await new Promise<void>((resolve) => {
        const request = get(link, (response) => {
          response.once('data', () => request.destroy())
          response.once('error', () => {})
        })
        request.once('close', resolve)
      })
    }
    expect((await bytesOf(await fileOf(id))).length).toBeGreaterThan(20_000_000)
  })
})
