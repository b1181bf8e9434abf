import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { helpDetail } from '../../testing/help-page.ts'
import { addMediaOwners, type MediaOwners, type Part, upload } from '../../testing/media-bed.ts'
import * as sample from '../../testing/sample-files.ts'
import { type TemporaryFolder, temporaryFolder } from '../../testing/temporary-folder.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { KIND_RULES, type MediaKind } from './media-kinds.ts'

let folder: TemporaryFolder
let node: TestServer
let owners: MediaOwners
beforeAll(async () => {
  folder = await temporaryFolder()
  node = await startTestServer({ config: { mediaDir: folder.path } })
})
beforeEach(async () => {
  owners = await addMediaOwners(node)
})
afterAll(async () => {
  await node.close()
  await folder[Symbol.asyncDispose]()
})

const send = (kind: string, parts: readonly Part[], token = owners.appToken) =>
  upload(node.url, { kind, token, parts })

const sendOne = (kind: string, bytes: Uint8Array, name = 'upload') => send(kind, [{ name, bytes }])

const rows = () => node.db.selectFrom('media').selectAll().where('owner_id', '=', owners.app.id).execute()

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

describe('§10 media: the content decides what an upload is', () => {
  test.each<[string, MediaKind, () => Buffer | Promise<Buffer>, string]>([
    ['PNG', 'image', () => sample.pngImage(), 'image/png'],
    ['JPEG', 'image', () => sample.jpegImage(), 'image/jpeg'],
    ['progressive JPEG', 'image', () => sample.jpegImage({ progressive: true }), 'image/jpeg'],
    ['PDF', 'file', () => sample.pdfFile(), 'application/pdf'],
    [
      'DOCX',
      'file',
      () => sample.officeFile('word/document.xml'),
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    [
      'XLSX',
      'file',
      () => sample.officeFile('xl/workbook.xml'),
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ],
    [
      'PPTX',
      'file',
      () => sample.officeFile('ppt/presentation.xml'),
      'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    ],
    ['DOC', 'file', () => sample.compoundFile('WordDocument'), 'application/msword'],
    ['XLS', 'file', () => sample.compoundFile('Workbook'), 'application/vnd.ms-excel'],
    ['older XLS', 'file', () => sample.compoundFile('Book'), 'application/vnd.ms-excel'],
    ['PPT', 'file', () => sample.compoundFile('PowerPoint Document'), 'application/vnd.ms-powerpoint'],
    ['M4A', 'voice', () => sample.m4aVoice(), 'audio/mp4'],
    [
      'M4A under the brand of a browser’s recorder',
      'voice',
      () => sample.m4aVoice({ brand: 'iso5' }),
      'audio/mp4',
    ],
    ['3GP', 'voice', () => sample.m4aVoice({ brand: '3gp4' }), 'audio/3gpp'],
    ['MP4', 'video', () => sample.recording(), 'video/mp4'],
  ])('%s is taken as %s, whatever its name', async (_, kind, make, contentType) => {
    const answer = await sendOne(kind, await make(), 'index.html')
    expect(answer).toEqual({
      status: 200,
      body: { id: expect.stringMatching(/^cm_[\w-]{22}$/), status: 'ok' },
    })
    expect(await rows()).toMatchObject([
      { type: KIND_RULES[kind].type, content_type: contentType, state: 'ready' },
    ])
  })

  test.each<[string, MediaKind, () => Buffer | Promise<Buffer>, string]>([
    [
      'HTML as image',
      'image',
      () => Buffer.from('<html><script>alert(1)</script></html>'),
      'MEDIA_TYPE_WRONG',
    ],
    [
      'SVG as image',
      'image',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
      'MEDIA_TYPE_WRONG',
    ],
    [
      'GIF as image',
      'image',
      () => Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAA=', 'base64'),
      'MEDIA_TYPE_WRONG',
    ],
    ['PDF as image', 'image', () => sample.pdfFile(), 'MEDIA_TYPE_WRONG'],
    [
      'moving PNG',
      'image',
      async () => sample.withPngChunk(await sample.pngImage(), 'acTL', Buffer.alloc(8)),
      'MEDIA_TYPE_WRONG',
    ],
    ['PNG as file', 'file', () => sample.pngImage(), 'MEDIA_TYPE_WRONG'],
    ['ZIP as file', 'file', () => sample.zipFile({ 'a.txt': 'a' }), 'MEDIA_TYPE_WRONG'],
    [
      'document with macros',
      'file',
      () => sample.officeFile('word/document.xml', { 'word/vbaProject.bin': 'x' }),
      'MEDIA_TYPE_WRONG',
    ],
    ['locked document', 'file', () => sample.compoundFile('EncryptedPackage'), 'MEDIA_TYPE_WRONG'],
    [
      'another program’s compound file',
      'file',
      () => sample.compoundFile('__properties_version1.0'),
      'MEDIA_TYPE_WRONG',
    ],
    [
      'program as file',
      'file',
      () => Buffer.concat([Buffer.from('MZ\x90\0'), Buffer.alloc(500)]),
      'MEDIA_TYPE_WRONG',
    ],
    ['text as file', 'file', () => Buffer.from('hello'), 'MEDIA_TYPE_WRONG'],
    ['video as voice', 'voice', () => sample.recording(), 'MEDIA_TYPE_WRONG'],
    [
      'MP3 as voice',
      'voice',
      () => Buffer.concat([Buffer.from('ID3\x04'), Buffer.alloc(200)]),
      'MEDIA_TYPE_WRONG',
    ],
    ['voice as video', 'video', () => sample.recording({ tracks: ['soun'] }), 'MEDIA_TYPE_WRONG'],
    ['QuickTime as video', 'video', () => sample.recording({ brand: 'qt  ' }), 'MEDIA_TYPE_WRONG'],
    ['3GP as video', 'video', () => sample.recording({ brand: '3gp5' }), 'MEDIA_TYPE_WRONG'],
    ['HEIC as image', 'image', () => sample.recording({ brand: 'heic' }), 'MEDIA_TYPE_WRONG'],
  ])('%s is refused, and nothing of it is left', async (_, kind, make, reason) => {
    await expectRefusal(await sendOne(kind, await make(), 'photo.png'), 400, reason)
  })
})

/** Code 3, and neither row nor file stays behind. */
async function expectRefusal(answer: Awaited<ReturnType<typeof send>>, status: number, reason: string) {
  expect({
    status: answer.status,
    code: answer.body.code,
    reason: answer.body.details?.find(({ reason: found }) => found)?.reason,
  }).toEqual({
    status,
    code: 3,
    reason,
  })
  expect(await rows()).toEqual([])
  expect(await filesIn(`${folder.path}/incoming`).catch(() => [])).toEqual([])
}

describe('§10 media: what is broken is refused', () => {
  const halves: [string, MediaKind, () => Buffer | Promise<Buffer>][] = [
    ['PNG', 'image', () => sample.pngImage(800, 800)],
    ['JPEG', 'image', () => sample.jpegImage({ width: 800, height: 800 })],
    ['PDF', 'file', () => sample.pdfFile('x'.repeat(5000))],
    ['DOCX', 'file', () => sample.officeFile('word/document.xml')],
    ['DOC', 'file', () => sample.compoundFile('WordDocument')],
    ['M4A', 'voice', () => sample.m4aVoice()],
    ['MP4', 'video', () => sample.recording()],
  ]
  test.each(halves)('a %s cut off at any place', async (_, kind, make) => {
    const bytes = await make()
    for (const share of [0.3, 0.6, 0.9]) {
      const answer = await sendOne(kind, bytes.subarray(0, Math.floor(bytes.length * share)))
      await expectRefusal(answer, 400, 'MEDIA_CUT_OFF')
    }
  })

  test.each(['image', 'file', 'voice', 'video'])('zero bytes as %s', async (kind) => {
    await expectRefusal(await sendOne(kind, Buffer.alloc(0)), 400, 'MEDIA_EMPTY')
  })

  test('an image whose pixels are missing', async () => {
    await expectRefusal(await sendOne('image', sample.emptyPng(400, 400, 200)), 400, 'MEDIA_BROKEN')
  })

  test('an image of more pixels than may be decoded, in a few bytes', async () => {
    const bomb = sample.emptyPng(30_000, 30_000, 10)
    expect(bomb.length).toBeLessThan(10_000)
    await expectRefusal(await sendOne('image', bomb), 400, 'MEDIA_TOO_MANY_PIXELS')
  })

  test('an interlaced image, which would be held whole while it is decoded', async () => {
    const bomb = sample.emptyPng(7000, 7000, 10, { depth: 16, colours: 'rgba', interlaced: true })
    expect(bomb.length).toBeLessThan(10_000)
    const answer = await sendOne('image', bomb)
    await expectRefusal(answer, 400, 'MEDIA_TOO_MANY_PIXELS')
    expect(answer.body.message).toContain('at most 25 million')
  })
})

describe('§10 media: sizes are enforced', () => {
  const padded = (bytes: Buffer, size: number, type: string): Buffer =>
    Buffer.concat([bytes, sample.box(type, Buffer.alloc(size - bytes.length - 8))])
  const sized: [MediaKind, (size: number) => Buffer | Promise<Buffer>][] = [
    [
      'image',
      async (size) => {
        const png = await sample.pngImage()
        return sample.withPngChunk(png, 'teXt', Buffer.alloc(size - png.length - 12))
      },
    ],
    ['file', (size) => sample.pdfFile('x'.repeat(size - sample.pdfFile('').length))],
    ['voice', (size) => padded(sample.m4aVoice(), size, 'mdat')],
    ['video', (size) => padded(sample.recording(), size, 'mdat')],
  ]
  test.each(sized)('%s: exactly the most is taken, one byte more is 413', async (kind, make) => {
    const { mostBytes } = KIND_RULES[kind]
    const larger = await sendOne(kind, await make(mostBytes + 1))
    await expectRefusal(larger, 413, 'MEDIA_TOO_LARGE')
    expect(larger.body.message).toContain(`at most ${mostBytes} bytes`)
    expect((await sendOne(kind, await make(mostBytes))).body).toMatchObject({ status: 'ok' })
  })
})

describe('§10 media: the form', () => {
  test.each<[string, () => Part[], number, string]>([
    ['without a file', () => [], 400, 'FILE_MISSING'],
    ['a file under another name', () => [{ field: 'image', bytes: sample.pdfFile() }], 400, 'FILE_MISSING'],
    ['two files', () => [{ bytes: sample.pdfFile() }, { bytes: sample.pdfFile() }], 400, 'TOO_MANY_FILES'],
    [
      'a thumbnail beside a document',
      () => [{ bytes: sample.pdfFile() }, { field: 'thumbnail', bytes: sample.pdfFile() }],
      400,
      'FILE_MISSING',
    ],
  ])('%s', async (_, parts, status, reason) => {
    await expectRefusal(await send('file', parts()), status, reason)
  })

  test('other fields are let pass', async () => {
    const form = new FormData()
    form.append('note', 'hello')
    form.append('file', new Blob([new Uint8Array(sample.pdfFile())]), 'a.pdf')
    form.append('size', '12')
    const answer = await fetch(`${node.url}/upload/file`, {
      method: 'POST',
      headers: { authorization: `Bearer ${owners.appToken}` },
      body: form,
    })
    expect(answer.status).toBe(200)
  })

  test.each([
    ['JSON', 'application/json', '{}'],
    ['broken JSON', 'application/json', '{"file":'],
    ['a form without files', 'application/x-www-form-urlencoded', 'file=x'],
    ['the file itself', 'application/pdf', sample.pdfFile().toString('latin1')],
    ['another multipart', 'multipart/mixed; boundary=x', '--x--'],
  ])('%s is 415, which says what to send; its sender is looked at first', async (_, type, body) => {
    const send = async (authorization: Record<string, string>) => {
      const headers = { 'content-type': type, ...authorization }
      const answer = await fetch(`${node.url}/upload/file`, { method: 'POST', headers, body })
      return { status: answer.status, body: await answer.json() }
    }
    expect(await send({ authorization: `Bearer ${owners.appToken}` })).toMatchObject({
      status: 415,
      body: { code: 3, message: expect.stringContaining('send multipart/form-data with the file in') },
    })
    expect(await send({})).toMatchObject({ status: 401, body: { code: 16 } })
  })

  test('another kind is 404 and names those there are', async () => {
    const answer = await sendOne('audio', sample.m4aVoice())
    expect(answer).toMatchObject({
      status: 404,
      body: { code: 5, message: expect.stringContaining('/upload/voice') },
    })
  })
})

describe('§10 media: upload tokens', () => {
  test.each<[string, () => string, string]>([
    ['none', () => '', 'UPLOAD_TOKEN_MISSING'],
    ['an API key', () => owners.app.key, 'UPLOAD_TOKEN_UNKNOWN'],
    ['one of another server', () => `cu_${'A'.repeat(31)}.${'A'.repeat(43)}`, 'UPLOAD_TOKEN_UNKNOWN'],
    ['one with a letter changed', () => swapLetter(owners.appToken, 10), 'UPLOAD_TOKEN_UNKNOWN'],
  ])('%s is 401', async (_, token, reason) => {
    const answer = await send('file', [{ bytes: sample.pdfFile() }], token())
    expect(answer).toMatchObject({
      status: 401,
      body: { code: 16, details: [{ reason }, helpDetail(reason)] },
    })
    expect(await rows()).toEqual([])
  })

  test('a person’s works as an app’s', async () => {
    const answer = await send('file', [{ bytes: sample.pdfFile() }], owners.userToken)
    expect(answer.status).toBe(200)
    const mine = await node.db
      .selectFrom('media')
      .selectAll()
      .where('owner_id', '=', owners.user.id)
      .execute()
    expect(mine).toMatchObject([{ owner_kind: 'user' }])
  })

  test('have at most 100 characters', () => {
    expect(owners.appToken.length).toBeLessThanOrEqual(100)
  })
})

const swapLetter = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)

describe('§10 media: names and what is about a file', () => {
  test.each([
    ['report.pdf', 'report.pdf'],
    ['report.PDF', 'report.pdf'],
    ['invoice.pdf.exe', 'invoice.pdf.exe.pdf'],
    ['../../etc/passwd', 'passwd.pdf'],
    ['C:\\Users\\x\\cv.docx', 'cv.docx.pdf'],
    ['قرارداد نهایی‌شده.pdf', 'قرارداد نهایی‌شده.pdf'],
    ['\u202efdp.exe', 'fdp.exe.pdf'],
    ['a<b>"c".pdf', 'a_b__c_.pdf'],
    ['...', 'file.pdf'],
    ['x'.repeat(500), `${'x'.repeat(110)}.pdf`],
  ])('a document sent as %j is kept as %j', async (given, kept) => {
    const { safeFileName } = await import('./file-name.ts')
    expect(safeFileName(given, 'pdf')).toBe(kept)
  })

  test('where a picture was taken and what was written into it is not kept; how it is turned is', async () => {
    const jpeg = await sample.jpegImage({ width: 60, height: 40, orientation: 6, remark: 'at home' })
    expect(jpeg.includes('at home')).toBe(true)
    await sendOne('image', jpeg)
    const [row] = await rows()
    expect(row).toMatchObject({ width_px: 40, height_px: 60 })
    const stored = await storedFile(row!.id)
    expect(stored.includes('at home')).toBe(false)
    expect(stored.length).toBe(Number(row!.size_bytes))
  })

  test('nor where a video was', async () => {
    await sendOne('video', sample.recording({ remark: '+35.68+051.38/' }))
    const [row] = await rows()
    const stored = await storedFile(row!.id)
    expect(stored.includes('+35.68')).toBe(false)
    expect(stored.length).toBe(sample.recording({ remark: '+35.68+051.38/' }).length)
  })

  test('what follows a picture’s end is cut off', async () => {
    await sendOne('image', Buffer.concat([await sample.pngImage(), Buffer.from('<script>alert(1)</script>')]))
    const [row] = await rows()
    expect((await storedFile(row!.id)).includes('<script>')).toBe(false)
  })
})

async function storedFile(id: string): Promise<Buffer> {
  const { readFile } = await import('node:fs/promises')
  return readFile(`${folder.path}/${id.slice(-2)}/${id}.file`)
}
