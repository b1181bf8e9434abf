import { open, readFile, writeFile } from 'node:fs/promises'
import { fileTypeFromBuffer } from 'file-type'
import { mediaFault } from './media-fault.ts'
import { KIND_RULES, type MediaKind } from './media-kinds.ts'
import { readDocument } from './read-document.ts'
import { drawPoster, readImage, THUMBNAIL_TYPE } from './read-image.ts'
import { readRecording } from './read-recording.ts'

/** What an upload turned out to be. Its file may have been written anew, smaller. */
export interface UploadFacts {
  contentType: string
  /** What its name is made to end in. */
  extension: string
  size: { width: number; height: number } | null
  thumbnail: { type: string; bytes: Buffer } | null
}

export interface UploadedPaths {
  file: string
  /** A picture that came along with a video. */
  thumbnail: string | null
}

/** Enough for every signature. */
const HEAD_BYTES = 4100

/**
 * Finds out what a file is by what is in it: neither its name nor its Content-Type is looked at. Removes from it what
 * is about it rather than in it.
 * @throws 400 when it is not what it was uploaded as, cut off, broken, or too large to decode.
 */
export async function inspectUpload(kind: MediaKind, paths: UploadedPaths): Promise<UploadFacts> {
  const head = await headOf(paths.file)
  if (head.length === 0) throw mediaFault('MEDIA_EMPTY', 'is empty: send its content')
  if (kind === 'image') return image(paths.file, head)
  if (kind === 'file') return document(paths.file, head)
  if (head.toString('latin1', 4, 8) !== 'ftyp') throw await wrongType(head, kind, 'file')
  const { contentType } = await readRecording(paths.file, kind)
  const thumbnail =
    kind === 'video'
      ? {
          type: THUMBNAIL_TYPE,
          bytes: paths.thumbnail ? await posterOf(paths.thumbnail) : await drawPoster(),
        }
      : null
  const extension = contentType === 'audio/3gpp' ? '3gp' : kind === 'video' ? 'mp4' : 'm4a'
  return { contentType, extension, size: null, thumbnail }
}

async function image(path: string, head: Buffer): Promise<UploadFacts> {
  const type = await imageType(head, 'file')
  const { bytes, width, height, thumbnail } = await readImage(await readFile(path), { type, field: 'file' })
  await writeFile(path, bytes)
  return {
    contentType: type,
    extension: type === 'image/png' ? 'png' : 'jpg',
    size: { width, height },
    thumbnail: { type: THUMBNAIL_TYPE, bytes: thumbnail },
  }
}

async function posterOf(path: string): Promise<Buffer> {
  const type = await imageType(await headOf(path), 'thumbnail')
  return (await readImage(await readFile(path), { type, field: 'thumbnail' })).thumbnail
}

async function imageType(head: Buffer, field: string): Promise<'image/jpeg' | 'image/png'> {
  if (head.length === 0) throw mediaFault('MEDIA_EMPTY', 'is empty: send its content', { field })
  const mime = await mimeOf(head)
  if (mime === 'image/jpeg' || mime === 'image/png') return mime
  throw await wrongType(head, 'image', field)
}

async function document(path: string, head: Buffer): Promise<UploadFacts> {
  const facts = readDocument(await readFile(path))
  if (!facts) throw await wrongType(head, 'file', 'file')
  return { ...facts, size: null, thumbnail: null }
}

async function wrongType(head: Buffer, kind: MediaKind, field: string) {
  const mime = await mimeOf(head)
  const what = mime ? `is ${mime} by its content` : 'is of no known type by its content'
  return mediaFault('MEDIA_TYPE_WRONG', `${what}, but must be ${KIND_RULES[kind].accepts}`, { field })
}

/** A hint at best: what it makes of hostile bytes is no reason to fail. */
const mimeOf = async (head: Buffer): Promise<string | undefined> =>
  (await fileTypeFromBuffer(head).catch(() => undefined))?.mime

async function headOf(path: string): Promise<Buffer> {
  await using file = await open(path)
  const bytes = Buffer.alloc(HEAD_BYTES)
  const { bytesRead } = await file.read(bytes, 0, HEAD_BYTES, 0)
  return bytes.subarray(0, bytesRead)
}
