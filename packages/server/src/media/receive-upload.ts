import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy'
import { ApiError } from '../errors.ts'
import { mediaFault, tooLarge } from './media-fault.ts'
import { type UploadPace, watchPace } from './upload-watch.ts'

/** A file that a body may carry, and where its bytes go. */
export interface ExpectedFile {
  field: string
  path: string
  mostBytes: number
}

export interface ReceivedFile {
  /** As the sender called it; not to be trusted in any way. */
  givenName: string | undefined
  sizeBytes: number
}

export interface UploadBody {
  contentType: string | undefined
  stream: Readable
}

const MOST_FIELDS = 20
const MOST_FIELD_BYTES = 4096

const malformed = (why: string, cause?: unknown): ApiError =>
  mediaFault('UPLOAD_MALFORMED', why, { field: 'body', cause })

/**
 * Writes the files of a multipart body to their paths as their bytes come in; nothing is held in memory. Other fields
 * are let pass, other files are not.
 * @returns what came, by field.
 * @throws 413 at the first byte that is too many; 400 for a body that is cut off or holds a file too many, 408 for one
 * that is too slow. What was written until then is its caller's to remove.
 */
export async function receiveUpload(
  body: UploadBody,
  expected: readonly ExpectedFile[],
  pace: UploadPace,
): Promise<ReadonlyMap<string, ReceivedFile>> {
  const parser = openParser(body.contentType, expected)
  const received = new Map<string, ReceivedFile>()
  const parts: BusboyFileStream[] = []
  const writing: Promise<void>[] = []
  let stopWatch = (): void => {}
  const onClosed = (): void => {
    if (!body.stream.readableEnded) parser.destroy(malformed('the connection ended in the middle'))
  }
  try {
    await new Promise<void>((resolve, reject) => {
      stopWatch = watchPace(body.stream, pace, reject)
      parser.on('error', (error) => reject(asRefusal(error)))
      parser.on('partsLimit', () =>
        reject(malformed(`has more than ${MOST_FIELDS} parts: send the file alone`)),
      )
      parser.on('file', (field, stream, givenName) => {
        const target = expected.find((each) => each.field === field)
        const refusal = refusedFile(field, expected, received)
        if (!target || refusal) {
          stream.on('error', () => {})
          stream.resume()
          reject(refusal)
          return
        }
        const file: ReceivedFile = { givenName, sizeBytes: 0 }
        received.set(field, file)
        parts.push(stream)
        const written = writeFile(stream, target, file)
        written.catch((error: unknown) => reject(asRefusal(error)))
        writing.push(written)
      })
      parser.on('finish', () => Promise.all(writing).then(() => resolve(), reject))
      body.stream.once('close', onClosed)
      body.stream.once('error', onClosed)
      // Whoever went away before we listened is not heard of again.
      if (body.stream.destroyed) onClosed()
      body.stream.pipe(parser)
    })
    return received
  } finally {
    stopWatch()
    body.stream.off('close', onClosed)
    body.stream.unpipe(parser)
    // Streams of parts are not destroyed with their parser, and a file must not be written once it has been removed.
    parser.destroy()
    for (const part of parts) part.destroy()
    await Promise.allSettled(writing)
  }
}

function openParser(contentType: string | undefined, expected: readonly ExpectedFile[]): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType ?? '' },
      limits: {
        parts: MOST_FIELDS,
        fieldSize: MOST_FIELD_BYTES,
        fieldNameSize: 100,
        headerPairs: 20,
        headerSize: 8 * 1024,
      },
      // A file is one by its field, for some clients send it without a name.
      isPartAFile: (field, _type, name) =>
        name !== undefined || expected.some((each) => each.field === field),
    })
  } catch (cause) {
    throw malformed('must be multipart/form-data, with a boundary in its Content-Type', cause)
  }
}

function refusedFile(
  field: string,
  expected: readonly ExpectedFile[],
  received: ReadonlyMap<string, ReceivedFile>,
): ApiError | undefined {
  const names = expected.map((each) => each.field).join(' or ')
  if (!expected.some((each) => each.field === field)) {
    const given = String(field).slice(0, 50)
    return mediaFault('FILE_MISSING', `is no field for a file here: name it ${names}`, { field: given })
  }
  return received.has(field)
    ? mediaFault('TOO_MANY_FILES', 'is there twice: send one file in each upload', { field })
    : undefined
}

async function writeFile(
  stream: BusboyFileStream,
  expected: ExpectedFile,
  file: ReceivedFile,
): Promise<void> {
  const target = createWriteStream(expected.path, { flags: 'wx', mode: 0o600 })
  const closed = new Promise<void>((resolve) => target.once('close', resolve))
  try {
    await pipeline(
      stream,
      async function* (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          file.sizeBytes += chunk.length
          if (file.sizeBytes > expected.mostBytes) throw tooLarge(expected.field, expected.mostBytes)
          yield chunk
        }
      },
      target,
    )
  } finally {
    // A pipeline that fails does not wait for a file that is being opened: it would come after it has been removed.
    await closed
  }
}

/** What busboy throws is the sender's doing; what the file system throws is not. */
function asRefusal(error: unknown): unknown {
  if (error instanceof ApiError) return error
  const isOurs = typeof error === 'object' && error !== null && 'syscall' in error
  return isOurs
    ? error
    : malformed('ends in the middle of its parts, or is no multipart body: send all of it', error)
}
