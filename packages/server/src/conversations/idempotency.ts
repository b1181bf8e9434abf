import { hash } from 'node:crypto'
import { invalidArgument } from '../errors.ts'

const MAX_KEY_LENGTH = 255

/**
 * The Idempotency-Key header and the request it stands for, hashed (wire contract §2).
 * @param request what has to be the same for a repeat to count as one; its JSON is compared.
 * @param operation sets the keys of one way of sending apart from those of the others.
 * @throws 400 when the key is not 1 to 255 characters long or sent twice.
 */
export function readIdempotency(
  key: string | string[] | undefined,
  request: unknown,
  operation?: string,
): { keyHash: Buffer; requestHash: Buffer } | null {
  if (key === undefined) return null
  if (Array.isArray(key) || key.length === 0 || key.length > MAX_KEY_LENGTH) {
    throw invalidArgument([
      { field: 'Idempotency-Key', description: `must be one header of 1 to ${MAX_KEY_LENGTH} characters` },
    ])
  }
  return {
    // No header holds the character between them.
    keyHash: hash('sha256', operation === undefined ? key : `${operation}\0${key}`, 'buffer'),
    requestHash: hash('sha256', JSON.stringify(request), 'buffer'),
  }
}
