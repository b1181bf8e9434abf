import { hash, randomBytes, randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

const ID_BYTES = 16
/** Drawn for many ids at once: a call for each was measured to be a twentieth of the work of a send. */
const drawn = Buffer.alloc(ID_BYTES * 256)
let used = drawn.length

function nextRandom(): Uint8Array {
  if (used === drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  used += ID_BYTES
  return drawn.subarray(used - ID_BYTES, used)
}

/** UUIDv7: ordered by time of making, so that index pages fill from one end. */
export const newId = (): string => v7({ rng: nextRandom })

const SECRET_BYTES = 32

/** An opaque random credential, e.g. `ca_4f…`: its prefix tells what it is, 43 characters of it are secret. */
export const newSecret = (prefix: string): string =>
  `${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`

/** What is stored and compared instead of a credential. Secrets are 256 random bits, so a plain hash is enough. */
export const hashSecret = (secret: string): Buffer => hash('sha256', secret, 'buffer')

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A UUID of any version (wire contract §1). */
export const isUuid = (text: string): boolean => UUID.test(text)
