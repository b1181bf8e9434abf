import type { IncomingMessage } from 'node:http'
import { ApiError, type ReasonOf } from '../errors.ts'
import { discardRest } from '../http/discard-rest.ts'
import { tooLarge } from './media-fault.ts'
import { isMediaKind, KIND_RULES, MEDIA_KINDS, type MediaKind } from './media-kinds.ts'
import type { MediaOwner } from './media-owner.ts'
import { type UploadMediaDeps, uploadMedia } from './upload-media.ts'
import type { UploadTokens } from './upload-token.ts'

export interface TakeUploadDeps extends UploadMediaDeps {
  tokens: Pick<UploadTokens, 'open'>
}

export interface UploadRequest {
  kind: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Not yet read; null when it has no body. */
  request: IncomingMessage | null
}

const MULTIPART = /^multipart\/form-data\s*(;|$)/i

/** Boundaries, headers of parts, and fields that nobody asked for. */
const AROUND_FILES_BYTES = 128 * 1024

/**
 * An upload from its first header on: what can be known before its body is read is refused before.
 * @returns the media token.
 * @throws 404 for another kind, 401 for the token, 415 for no multipart body, 413 by its Content-Length; and as
 * uploadMedia does.
 */
export async function takeUpload(deps: TakeUploadDeps, input: UploadRequest): Promise<string> {
  const { kind, headers, request } = input
  try {
    if (!isMediaKind(kind)) throw unknownKind(kind)
    const owner = ownerOf(deps.tokens, single(headers.authorization))
    const contentType = single(headers['content-type'])
    if (!request || !MULTIPART.test(contentType ?? '')) throw notMultipart(contentType)
    refuseByLength(kind, Number(headers['content-length'] ?? 0))
    const body = { contentType, stream: request }
    return await uploadMedia(deps, { owner, kind, body })
  } finally {
    if (request) discardRest(request)
  }
}

function ownerOf(tokens: Pick<UploadTokens, 'open'>, authorization: string | undefined): MediaOwner {
  const [, token] = /^bearer +(\S+) *$/i.exec(authorization ?? '') ?? []
  if (token === undefined) {
    throw refusedToken(
      'UPLOAD_TOKEN_MISSING',
      'no upload token: send the one that POST /experimental/open-platform/chat/upload answers as Authorization: Bearer <token>',
    )
  }
  const opened = tokens.open(token)
  if (opened.ok) return opened.owner
  throw opened.why === 'expired'
    ? refusedToken('UPLOAD_TOKEN_EXPIRED', 'the upload token has expired: get a new one, it lasts an hour')
    : refusedToken(
        'UPLOAD_TOKEN_UNKNOWN',
        'this is no upload token of ours: send the one that POST /experimental/open-platform/chat/upload answers, whole and unchanged',
      )
}

const refusedToken = (reason: ReasonOf<'UNAUTHENTICATED'>, message: string): ApiError =>
  new ApiError('UNAUTHENTICATED', message, { reason })

function refuseByLength(kind: MediaKind, bytes: number): void {
  const thumbnail = kind === 'video' ? KIND_RULES.image.mostBytes : 0
  const { mostBytes } = KIND_RULES[kind]
  if (bytes > mostBytes + thumbnail + AROUND_FILES_BYTES) throw tooLarge('file', mostBytes)
}

const unknownKind = (kind: string): ApiError =>
  new ApiError(
    'NOT_FOUND',
    `there is no upload of the kind ${JSON.stringify(kind.slice(0, 50))}: use /upload/${MEDIA_KINDS.join(', /upload/')}`,
    { reason: 'UPLOAD_KIND_UNKNOWN' },
  )

const notMultipart = (type: string | undefined): ApiError =>
  new ApiError(
    'INVALID_ARGUMENT',
    `the Content-Type ${type ?? 'is missing, which'} is not understood here: send multipart/form-data with the file in the field "file"`,
    { http: 415, reason: 'CONTENT_TYPE_NOT_SUPPORTED' },
  )

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value
