import { uuidBytes, uuidOfBytes } from './uuid-bytes.ts'

const TOKEN = /^cm_([A-Za-z0-9_-]{22})$/

/** The `id` that an upload answers, to be sent as `media_token` (wire contract §10). It works for its owner alone. */
export const mediaTokenOf = (mediaId: string): string => `cm_${uuidBytes(mediaId).toString('base64url')}`

/** The media that a token names, or null when it can be none. */
export function mediaIdOf(token: string): string | null {
  const [, body] = TOKEN.exec(token) ?? []
  return body === undefined ? null : uuidOfBytes(Buffer.from(body, 'base64url'))
}
