import { hash, randomBytes, randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

const ID_BYTES = 16
/** Drawn for many ids at once: a call for each was measured to be a twentieth of the work of a send. */
const drawn = Buffer.alloc(ID_BYTES * 256)
let used = drawn.length

function nextRandom(): Buffer {
  if (used === drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  used += ID_BYTES
  return drawn.subarray(used - ID_BYTES, used)
}

let lastMs = 0
let sequence = 0
/** A sequence begins below it, so that it can always go on. */
const SEQUENCE_BITS = 0x7fff_ffff
const SEQUENCE_END = 0xffff_ffff

/**
 * UUIDv7: ordered by time of making, so that index pages fill from one end; those of one process also within the same
 * millisecond, so that what is listed by id stands as it was made.
 */
export function newId(): string {
  const random = nextRandom()
  const now = Date.now()
  if (now > lastMs || sequence === SEQUENCE_END) {
    lastMs = Math.max(now, lastMs + 1)
    sequence = random.readUInt32BE(0) & SEQUENCE_BITS
  } else {
    sequence++
  }
  return v7({ random, msecs: lastMs, seq: sequence })
}

const SECRET_BYTES = 32

/** An opaque random credential, e.g. `ca_4f…`: its prefix tells what it is, 43 characters of it are secret. */
export const newSecret = (prefix: string): string =>
  `${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`

/** What is stored and compared instead of a credential. Secrets are 256 random bits, so a plain hash is enough. */
export const hashSecret = (secret: string): Buffer => hash('sha256', secret, 'buffer')

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A UUID of any version (wire contract §1). */
export const isUuid = (text: string): boolean => UUID.test(text)
