import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { ConfigError } from '../config.ts'
import type { Log } from '../log.ts'
import type { S3Settings } from '../media-settings.ts'
import type { MediaStorage, StoredRange } from './media-storage.ts'

const CONNECT_MS = 5_000
/** Without a byte either way, be it the store that hangs or a reader who does not read on. */
const IDLE_MS = 30_000
const PUT_ATTEMPTS = 3
const DELETES_AT_ONCE = 8
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }
const START_CHECK = 'charsu-start-check'

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined

/** Uploaded files in a bucket of an S3-compatible store. */
export class S3Storage implements MediaStorage {
  readonly #client: S3Client
  readonly #bucket: string
  readonly #endpoint: string
  readonly #log: Log

  constructor(settings: S3Settings, log: Log, { idleMs = IDLE_MS } = {}) {
    const { endpoint, region, accessKeyId, secretAccessKey, bucket } = settings
    this.#bucket = bucket
    this.#endpoint = endpoint ?? `S3 in ${region}`
    this.#log = log
    this.#client = new S3Client({
      region,
      // Compatible stores answer at one name for all buckets; Amazon's own has one for each.
      ...(endpoint && { endpoint, forcePathStyle: true }),
      ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey } }),
      // What fails is thrown too, and logged by us; by itself it would write to the console.
      logger: SILENT,
      // Many compatible stores do not know the newer checksums, which the SDK would send unasked.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        // Not its requestTimeout, which is for a whole request: a large video may take longer.
        socketTimeout: idleMs,
        // A reader holds a connection for as long as they read; others must not wait for theirs.
        httpAgent: { maxSockets: Number.POSITIVE_INFINITY },
        httpsAgent: { maxSockets: Number.POSITIVE_INFINITY },
      },
    })
  }

  /**
   * Writes and removes a small object, which says more than any question about the bucket would.
   * A store that is away for a while is no reason not to start: chats go on, and uploads answer 503.
   */
  async open(): Promise<void> {
    try {
      const check = { Bucket: this.#bucket, Key: START_CHECK }
      await this.#client.send(new PutObjectCommand({ ...check, Body: 'Charsu can write here.' }))
      await this.#client.send(new DeleteObjectCommand(check))
    } catch (error) {
      const problem = this.#problem(statusOf(error))
      if (problem) throw new ConfigError([problem], { cause: error })
      this.#log.error(
        { err: error, bucket: this.#bucket, endpoint: this.#endpoint },
        'the store of uploaded files does not answer: uploads fail until it does',
      )
    }
  }

  #problem(status: number | undefined): string | null {
    const bucket = `CHARSU_MEDIA_S3_BUCKET is ${this.#bucket}`
    if (status === 404)
      return `${bucket}, but ${this.#endpoint} has no such bucket: create it, or name another`
    if (status === 301)
      return `${bucket}, which lies in another region: set CHARSU_MEDIA_S3_REGION to its own`
    if (status === 401 || status === 403) {
      return `${bucket}, but ${this.#endpoint} does not let these credentials use it: check CHARSU_MEDIA_S3_ACCESS_KEY_ID and CHARSU_MEDIA_S3_SECRET_ACCESS_KEY, and allow s3:GetObject, s3:PutObject and s3:DeleteObject`
    }
    return null
  }

  async put(name: string, path: string, facts: { contentType: string; sizeBytes: number }): Promise<void> {
    // The SDK repeats nothing that is a stream: it cannot read it again.
    for (let attempt = 1; ; attempt++) {
      const unreadable = new AbortController()
      const body = createReadStream('', { fd: await open(path) })
      // Nobody else listens: the SDK would let it end the process.
      body.once('error', (error) => unreadable.abort(error))
      try {
        await this.#client.send(
          new PutObjectCommand({
            Bucket: this.#bucket,
            Key: name,
            Body: body,
            ContentLength: facts.sizeBytes,
            ContentType: facts.contentType,
          }),
          { abortSignal: unreadable.signal },
        )
        return
      } catch (error) {
        const status = statusOf(error)
        const isRefusal = status !== undefined && status >= 400 && status < 500
        if (isRefusal || attempt === PUT_ATTEMPTS) throw error
      } finally {
        body.destroy()
      }
    }
  }

  async read(
    name: string,
    { range, signal }: { range?: StoredRange; signal: AbortSignal },
  ): Promise<Readable | null> {
    try {
      const { Body, ContentLength } = await this.#client.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: name,
          ...(range && { Range: `bytes=${range.first}-${range.last}` }),
        }),
        { abortSignal: signal },
      )
      if (!(Body instanceof Readable)) return null
      // More or fewer bytes than were announced would end up in the next answer.
      if (range && ContentLength !== range.last - range.first + 1) {
        Body.destroy()
        throw new Error(
          `the store answered ${ContentLength} bytes to a range of ${range.first} to ${range.last}`,
        )
      }
      return Body
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw error
    }
  }

  // One by one: the call for many at once needs a checksum that compatible stores ask for in different forms.
  async remove(names: readonly string[], signal?: AbortSignal): Promise<void> {
    for (let from = 0; from < names.length; from += DELETES_AT_ONCE) {
      const some = names.slice(from, from + DELETES_AT_ONCE)
      await Promise.all(
        some.map((Key) =>
          this.#client.send(
            new DeleteObjectCommand({ Bucket: this.#bucket, Key }),
            signal && { abortSignal: signal },
          ),
        ),
      )
    }
  }

  async close(): Promise<void> {
    this.#client.destroy()
  }
}
