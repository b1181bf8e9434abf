import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as sample from '../../testing/sample-files.ts'
import { type TemporaryFolder, temporaryFolder } from '../../testing/temporary-folder.ts'
import { ApiError } from '../errors.ts'
import { cleanJpeg } from './clean-jpeg.ts'
import { cleanPng } from './clean-png.ts'
import { compoundStreams } from './compound-streams.ts'
import { safeFileName } from './file-name.ts'
import { readDocument } from './read-document.ts'
import { readRecording } from './read-recording.ts'
import { zipEntries } from './zip-entries.ts'

let folder: TemporaryFolder
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

/** Some bytes changed, and the end cut off or something behind it. */
const damaged = (bytes: Buffer): fc.Arbitrary<Buffer> =>
  fc
    .record({
      changes: fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), {
        maxLength: 8,
      }),
      end: fc.nat(bytes.length),
      behind: fc.uint8Array({ maxLength: 40 }),
    })
    .map(({ changes, end, behind }) => {
      const copy = Buffer.from(bytes)
      for (const [at, value] of changes) copy[at] = value
      return Buffer.concat([copy.subarray(0, end), behind])
    })

const refusalOrAnswer = (read: () => unknown): void => {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(ApiError)
  }
}

const RUNS = { numRuns: 500 }

describe('§10 media: any bytes are answered or refused, never more', () => {
  test('as JPEG', async () => {
    const bytes = await sample.jpegImage({ orientation: 3, remark: 'x', progressive: true })
    fc.assert(
      fc.property(damaged(bytes), (each) => refusalOrAnswer(() => cleanJpeg(each))),
      RUNS,
    )
  })

  test('as PNG', async () => {
    const bytes = sample.withPngChunk(
      await sample.pngImage(),
      'eXIf',
      Buffer.from('MM\0*\0\0\0\b\0\0', 'latin1'),
    )
    fc.assert(
      fc.property(damaged(bytes), (each) => refusalOrAnswer(() => cleanPng(each))),
      RUNS,
    )
  })

  test.each([
    ['PDF', sample.pdfFile()],
    ['DOCX', sample.officeFile('word/document.xml')],
    ['DOC', sample.compoundFile('WordDocument')],
  ])('as %s', (_, bytes) => {
    fc.assert(
      fc.property(damaged(bytes), (each) => refusalOrAnswer(() => readDocument(each))),
      RUNS,
    )
  })

  test('as directories of archives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        zipEntries(Buffer.from(bytes))
        compoundStreams(Buffer.from(bytes))
      }),
      RUNS,
    )
  })

  test('as MP4', async () => {
    const path = join(folder.path, 'recording')
    const bytes = sample.recording({ remark: 'here', bytes: 100 })
    await fc.assert(
      fc.asyncProperty(damaged(bytes), async (each) => {
        await writeFile(path, each)
        const outcome = await readRecording(path, 'video').catch((error: unknown) => error)
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ApiError)
        else expect((await readFile(path)).length).toBe(each.length)
      }),
      { numRuns: 200 },
    )
  })

  test('as MP4 of millions of boxes, which would take minutes to walk through', async () => {
    const path = join(folder.path, 'boxes')
    const track = sample.box('trak', Buffer.concat(Array<Buffer>(49_000).fill(sample.box('udta'))))
    const tracks = Array<Buffer>(64).fill(track)
    const parts = [sample.box('ftyp', Buffer.from('isom\0\0\0\0')), sample.box('moov', ...tracks)]
    await writeFile(path, Buffer.concat([...parts, sample.box('mdat')]))
    await expect(readRecording(path, 'video')).rejects.toMatchObject({ reason: 'MEDIA_BROKEN' })
  })
})

describe('§10 media: what was cleaned', () => {
  test('is not changed by cleaning it again', async () => {
    const jpeg = cleanJpeg(await sample.jpegImage({ orientation: 6, remark: 'x' }))
    const png = cleanPng(sample.withPngChunk(await sample.pngImage(), 'tEXt', Buffer.from('a\0b')))
    expect([cleanJpeg(jpeg).equals(jpeg), cleanPng(png).equals(png)]).toEqual([true, true])
  })

  test('keeps every pixel', async () => {
    const { default: sharp } = await import('sharp')
    const pixels = async (bytes: Buffer) => (await sharp(bytes).raw().toBuffer()).toString('base64')
    const jpeg = await sample.jpegImage({ width: 90, height: 70, remark: 'x', progressive: true })
    const png = await sample.pngImage(90, 70)
    expect(await pixels(cleanJpeg(jpeg))).toBe(await pixels(jpeg))
    expect(await pixels(cleanPng(png))).toBe(await pixels(png))
  })
})

describe('§10 media: a name that is kept', () => {
  test('is short, one line, no path, and ends in its extension, whatever was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = safeFileName(given, 'pdf')
        expect(name.endsWith('.pdf')).toBe(true)
        expect([...name].length).toBeLessThanOrEqual(120)
        expect(name).not.toMatch(/[/\\\p{Cc}\p{Cs}"<>|:*?]/u)
        expect(name.isWellFormed()).toBe(true)
        expect(safeFileName(name, 'pdf')).toBe(name)
      }),
      { numRuns: 2000 },
    )
  })
})
