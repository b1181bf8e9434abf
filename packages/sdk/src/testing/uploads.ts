import type { MessageContent } from '@charsu/protocol/events'
import type { MessageInput } from '@charsu/protocol/message-input'
import type { Ids } from './ids.ts'
import { invalidArgument, Refusal } from './refusal.ts'

const KINDS = { image: 'IMAGE', video: 'VIDEO', voice: 'VOICE', file: 'FILE' } as const
const TOKEN_MS = 3_600_000
const SEND_IT = 'send the one that POST /experimental/open-platform/chat/upload answers'

interface Uploaded {
  type: (typeof KINDS)[keyof typeof KINDS]
  content: MessageContent
}

export interface UploadsDeps {
  ids: Ids
  now: () => number
  charsuUrl: string
}

/** Files that the app uploads (wire contract §10). What is in them is not looked at: any bytes are a picture here. */
export class Uploads {
  readonly #deps: UploadsDeps
  readonly #tokens = new Map<string, number>()
  readonly #files = new Map<string, Uploaded>()

  constructor(deps: UploadsDeps) {
    this.#deps = deps
  }

  newToken(): string {
    const token = this.#deps.ids.secret('cu')
    this.#tokens.set(token, this.#deps.now() + TOKEN_MS)
    return token
  }

  /** `POST /upload/{kind}`. @throws Refusal. */
  async receive(kind: string, request: Request): Promise<{ id: string; status: string }> {
    const type = Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof typeof KINDS] : undefined
    this.#checkToken(request.headers)
    if (!type) {
      throw new Refusal(
        'NOT_FOUND',
        `there is no upload of the kind ${JSON.stringify(kind.slice(0, 50))}: use /upload/image, /upload/video, /upload/voice, /upload/file`,
        {
          reason: 'UPLOAD_KIND_UNKNOWN',
        },
      )
    }
    const file = (await request.formData().catch(() => undefined))?.get('file')
    if (!(file instanceof Blob)) {
      const description = 'is missing: send the file as a part of this name'
      throw new Refusal('INVALID_ARGUMENT', `file: ${description}`, {
        reason: 'FILE_MISSING',
        violations: [{ field: 'file', description }],
      })
    }
    const id = this.#deps.ids.secret('cm')
    this.#files.set(id, { type, content: this.#content(type, id, file) })
    return { id, status: 'ok' }
  }

  /** What a message says, once its media token was looked up. @throws Refusal 400. */
  contentOf(says: MessageInput): MessageContent {
    if ('text' in says) return { text: says.text }
    const file = this.#files.get(says.mediaToken)
    if (!file) {
      const description =
        'is no upload of yours, or one that was removed: upload the file anew and send its id within a day, from the same app or person'
      throw invalidArgument([{ field: 'media_token', description }])
    }
    if (says.type !== undefined && says.type !== file.type) {
      const description = `is ${says.type}, but the uploaded file is of type ${file.type}; leave type out`
      throw invalidArgument([{ field: 'type', description }])
    }
    return file.content
  }

  #checkToken(headers: Headers): void {
    const token = /^bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1]
    if (token === undefined) {
      throw new Refusal('UNAUTHENTICATED', `no upload token: ${SEND_IT} as Authorization: Bearer <token>`, {
        reason: 'UPLOAD_TOKEN_MISSING',
      })
    }
    const end = this.#tokens.get(token)
    if (end !== undefined && end > this.#deps.now()) return
    throw end === undefined
      ? new Refusal('UNAUTHENTICATED', `this is no upload token of ours: ${SEND_IT}, whole and unchanged`, {
          reason: 'UPLOAD_TOKEN_UNKNOWN',
        })
      : new Refusal('UNAUTHENTICATED', 'the upload token has expired: get a new one, it lasts an hour', {
          reason: 'UPLOAD_TOKEN_EXPIRED',
        })
  }

  #content(type: Uploaded['type'], id: string, file: Blob): MessageContent {
    const link = `${this.#deps.charsuUrl}/media/${id}`
    const size_bytes = file.size
    switch (type) {
      case 'IMAGE':
        return { image_data: { link, size_bytes, height_px: 1, width_px: 1 } }
      case 'FILE':
        return { file_data: { link, name: file instanceof File ? file.name : 'file', size_bytes } }
      case 'VOICE':
        return { voice_data: { link, size_bytes } }
      case 'VIDEO':
        return { video_data: { link, thumbnail_link: `${link}/thumbnail`, size_bytes } }
    }
  }
}
