import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { newId } from '../ids.ts'
import { safeFileName } from './file-name.ts'
import type { UploadFacts } from './inspect-upload.ts'
import { mediaFault } from './media-fault.ts'
import { KIND_RULES, type MediaKind } from './media-kinds.ts'
import type { MediaOwner } from './media-owner.ts'
import { type MediaStorage, objectName } from './media-storage.ts'
import { mediaTokenOf } from './media-token.ts'
import { type ExpectedFile, receiveUpload, type UploadBody } from './receive-upload.ts'
import { countWaiting, deleteMedia, insertStoring, lockOwner, markReady, type NewMedia } from './store.ts'
import type { Turns } from './turns.ts'
import type { UploadSlots } from './upload-slots.ts'
import type { UploadPace } from './upload-watch.ts'

export interface UploadLimits extends UploadPace {
  /** What an owner may have uploaded and not sent. */
  waitingFiles: number
  waitingBytes: number
}

export interface UploadMediaDeps {
  db: Database
  storage: MediaStorage
  /** Folder for what is under way. */
  incoming: string
  slots: UploadSlots
  /** Files are looked into a few at a time: that takes memory and a processor. */
  inspections: Turns
  limits: UploadLimits
}

export interface UploadInput {
  owner: MediaOwner
  kind: MediaKind
  body: UploadBody
}

/** Paths of one upload's temporary files. */
interface Workplace {
  id: string
  file: string
  sentThumbnail: string
  thumbnail: string
}

/**
 * Takes a file in: to a temporary file as it comes, looked into there, then stored (wire contract §10). After a
 * refusal nothing of it is left.
 * @returns the media token.
 * @throws 400, 408, 413 for what was sent, 429 for an owner with too much waiting, 503 when it cannot be stored now.
 */
export async function uploadMedia(deps: UploadMediaDeps, input: UploadInput): Promise<string> {
  const release = deps.slots.take(input.owner)
  const id = newId()
  const path = join(deps.incoming, id)
  const at: Workplace = { id, file: path, sentThumbnail: `${path}.sent`, thumbnail: `${path}.thumbnail` }
  try {
    refuseTooMuch(await countWaiting(deps.db, input.owner), 0, deps.limits)
    await mkdir(deps.incoming, { recursive: true, mode: 0o700 })
    const { givenName, hasThumbnail } = await receive(deps, input, at)
    const facts = await deps.inspections.run(() => inspect(input.kind, at, hasThumbnail))
    await store(deps, at, await describe(input, at, { facts, givenName }))
    return mediaTokenOf(id)
  } catch (error) {
    // A full or missing folder is nothing that its sender could set right.
    throw isOfFileSystem(error) ? notStored(error) : error
  } finally {
    await removeAll([at.file, at.sentThumbnail, at.thumbnail])
    release()
  }
}

async function receive(
  { limits }: UploadMediaDeps,
  { kind, body }: UploadInput,
  at: Workplace,
): Promise<{ givenName: string | undefined; hasThumbnail: boolean }> {
  const expected: ExpectedFile[] = [{ field: 'file', path: at.file, mostBytes: KIND_RULES[kind].mostBytes }]
  if (kind === 'video') {
    expected.push({ field: 'thumbnail', path: at.sentThumbnail, mostBytes: KIND_RULES.image.mostBytes })
  }
  const received = await receiveUpload(body, expected, limits)
  const file = received.get('file')
  if (file) return { givenName: file.givenName, hasThumbnail: received.has('thumbnail') }
  throw mediaFault('FILE_MISSING', 'is missing: send the file as a part of this name')
}

async function inspect(kind: MediaKind, at: Workplace, hasThumbnail: boolean): Promise<UploadFacts> {
  // The image library is large; a node that takes no uploads does without it.
  const { inspectUpload } = await import('./inspect-upload.ts')
  const facts = await inspectUpload(kind, {
    file: at.file,
    thumbnail: hasThumbnail ? at.sentThumbnail : null,
  })
  if (facts.thumbnail) await writeFile(at.thumbnail, facts.thumbnail.bytes, { mode: 0o600 })
  return facts
}

async function describe(
  { owner, kind }: UploadInput,
  at: Workplace,
  { facts, givenName }: { facts: UploadFacts; givenName: string | undefined },
): Promise<NewMedia> {
  const { size } = await stat(at.file)
  const { thumbnail } = facts
  return {
    id: at.id,
    owner,
    type: KIND_RULES[kind].type,
    contentType: facts.contentType,
    name: kind === 'file' ? safeFileName(givenName, facts.extension) : null,
    sizeBytes: size,
    sha256: await hashOf(at.file),
    size: facts.size,
    thumbnail: thumbnail && { type: thumbnail.type, bytes: thumbnail.bytes.length },
  }
}

async function hashOf(path: string): Promise<Buffer> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest()
}

/** The row first, then the objects: housekeeping finds by the row what a crash leaves. */
async function store(deps: UploadMediaDeps, at: Workplace, media: NewMedia): Promise<void> {
  const { db, storage, limits } = deps
  await db.transaction().execute(async (tx) => {
    await lockOwner(tx, media.owner)
    refuseTooMuch(await countWaiting(tx, media.owner), media.sizeBytes, limits)
    await insertStoring(tx, media)
  })
  const names = [objectName(at.id, 'file'), objectName(at.id, 'thumbnail')] as const
  try {
    await storage.put(names[0], at.file, { contentType: media.contentType, sizeBytes: media.sizeBytes })
    if (media.thumbnail) {
      const { type, bytes } = media.thumbnail
      await storage.put(names[1], at.thumbnail, { contentType: type, sizeBytes: bytes })
    }
    if (!(await markReady(db, at.id))) throw new Error('the row of an upload was given up meanwhile')
  } catch (cause) {
    // What fails here is left to housekeeping.
    await storage
      .remove(names)
      .then(() => deleteMedia(db, [at.id]))
      .catch(() => {})
    throw notStored(cause)
  }
}

const isOfFileSystem = (error: unknown): boolean => error instanceof Error && 'syscall' in error

const notStored = (cause: unknown): ApiError =>
  new ApiError('UNAVAILABLE', 'the file cannot be stored just now: try again', {
    reason: 'MEDIA_NOT_STORED',
    headers: { 'retry-after': '5' },
    cause,
  })

function refuseTooMuch(
  waiting: { files: number; bytes: number },
  more: number,
  { waitingFiles, waitingBytes }: UploadLimits,
): void {
  if (waiting.files < waitingFiles && waiting.bytes + more <= waitingBytes) return
  throw new ApiError(
    'RESOURCE_EXHAUSTED',
    `${waiting.files} uploads with ${waiting.bytes} bytes wait to be sent; at most ${waitingFiles} with ${waitingBytes} bytes may: send them, or wait until they are removed a day after they came`,
    {
      reason: 'TOO_MUCH_WAITING',
      metadata: { limit_files: String(waitingFiles), limit_bytes: String(waitingBytes) },
      headers: { 'retry-after': '3600' },
    },
  )
}

const removeAll = async (paths: readonly string[]): Promise<void> => {
  // What cannot be removed now is left to housekeeping.
  await Promise.allSettled(paths.map((path) => rm(path, { force: true })))
}
