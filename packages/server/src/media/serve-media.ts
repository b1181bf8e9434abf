import type { Readable } from 'node:stream'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import type { MediaVariant } from '../delivery/media-links.ts'
import { ApiError } from '../errors.ts'
import { HttpAnswer } from '../http/route.ts'
import type { Log } from '../log.ts'
import { namesTag, readRange } from './byte-range.ts'
import { attachment } from './content-disposition.ts'
import type { LinkSigner } from './link-signer.ts'
import { type MediaStorage, objectName, type StoredRange } from './media-storage.ts'
import { findReady, type MediaRow } from './store.ts'

export interface ServeMediaDeps {
  db: Database
  storage: MediaStorage
  links: Pick<LinkSigner, 'check'>
  clock: Pick<Clock, 'now'>
  log: Log
}

export interface ServeMediaInput {
  id: string
  variant: string
  query: { expires?: unknown; signature?: unknown }
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** False for HEAD. */
  withBody: boolean
  /** Given when the client has gone away. */
  gone: AbortSignal
}

/** One of the two files of an upload. */
interface StoredFile {
  contentType: string
  sizeBytes: number
  etag: string
  disposition: string
}

/**
 * Nothing that was uploaded may do anything: no script, no frame, no guess at another type. Any site may show it: who
 * has the link may see it, and no cookie plays a part.
 */
const HARMLESS = {
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
}

/**
 * An uploaded file, or a part of it, for whoever has a link to it (wire contract §10).
 * @throws 403 for a link that is not ours, 410 for one that has expired or whose file was removed, 416.
 */
export async function serveMedia(deps: ServeMediaDeps, input: ServeMediaInput): Promise<HttpAnswer> {
  const { id, variant, headers } = input
  const link = deps.links.check({ id, variant }, input.query)
  if (!link.ok) throw link.why === 'forged' ? forgedLink() : expiredLink()
  // The signature holds, so both are ours.
  const name = objectName(id, variant as MediaVariant)
  const row = await findReady(deps.db, id)
  const file = row && (variant === 'file' ? mainFile(row) : thumbnailFile(row))
  if (!file) throw removed()
  const answered = {
    ...HARMLESS,
    'content-type': file.contentType,
    'content-disposition': file.disposition,
    'accept-ranges': 'bytes',
    etag: file.etag,
    'cache-control': `private, max-age=${Math.floor((link.expiresAt - deps.clock.now()) / 1000)}, immutable`,
  }
  if (namesTag(single(headers['if-none-match']), file.etag)) return new HttpAnswer(304, answered)
  const whole = { ...answered, 'content-length': String(file.sizeBytes) }
  if (!input.withBody) return new HttpAnswer(200, whole)

  const range = readRange(single(headers.range), {
    size: file.sizeBytes,
    etag: file.etag,
    ifRange: single(headers['if-range']),
  })
  if (range.kind === 'unsatisfiable') throw unsatisfiable(file.sizeBytes)
  if (range.kind === 'whole') return new HttpAnswer(200, whole, await read(deps, name, { gone: input.gone }))
  const part = {
    ...answered,
    'content-length': String(range.last - range.first + 1),
    'content-range': `bytes ${range.first}-${range.last}/${file.sizeBytes}`,
  }
  return new HttpAnswer(206, part, await read(deps, name, { range, gone: input.gone }))
}

const mainFile = (row: MediaRow): StoredFile => ({
  contentType: row.content_type,
  sizeBytes: Number(row.size_bytes),
  etag: `"${row.sha256.toString('base64url')}"`,
  disposition: row.name === null ? 'inline' : attachment(row.name),
})

const thumbnailFile = (row: MediaRow): StoredFile | null =>
  row.thumbnail_type === null || row.thumbnail_bytes === null
    ? null
    : {
        contentType: row.thumbnail_type,
        sizeBytes: row.thumbnail_bytes,
        etag: `"${row.sha256.toString('base64url')}-t"`,
        disposition: 'inline',
      }

async function read(
  { storage, log }: ServeMediaDeps,
  name: string,
  { range, gone }: { range?: StoredRange; gone: AbortSignal },
): Promise<Readable> {
  let stream: Readable | null
  try {
    stream = await storage.read(name, { signal: gone, ...(range && { range }) })
  } catch (error) {
    if (!gone.aborted) log.error({ err: error, name }, 'an uploaded file could not be read')
    throw new ApiError('UNAVAILABLE', 'the file cannot be read just now: try again', {
      reason: 'MEDIA_NOT_READABLE',
      headers: { 'retry-after': '5' },
    })
  }
  if (stream) {
    // A client that goes away in the middle is no failure of ours.
    stream.on('error', () => {})
    return stream
  }
  log.error({ name }, 'an uploaded file is gone from where it was stored')
  throw removed()
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value

const forgedLink = (): ApiError =>
  new ApiError(
    'PERMISSION_DENIED',
    'this link is not one of ours: take it whole and unchanged from the message or the event that holds it',
    { reason: 'LINK_FORGED' },
  )

const expiredLink = (): ApiError =>
  new ApiError('NOT_FOUND', 'this link has expired: load the conversation again for a new one', {
    http: 410,
    reason: 'LINK_EXPIRED',
  })

const removed = (): ApiError =>
  new ApiError('NOT_FOUND', 'this file was removed, and will not come back', {
    http: 410,
    reason: 'MEDIA_REMOVED',
  })

const unsatisfiable = (size: number): ApiError =>
  new ApiError('INVALID_ARGUMENT', `Range: begins after the end: the file has ${size} bytes`, {
    http: 416,
    reason: 'RANGE_NOT_SATISFIABLE',
    headers: { 'content-range': `bytes */${size}` },
  })
