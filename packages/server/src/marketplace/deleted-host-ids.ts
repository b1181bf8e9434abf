import { createHmac, hkdfSync } from 'node:crypto'

const KEY_BYTES = 32

/**
 * What is remembered of the names of deleted people. Host ids are often short numbers, whose plain hashes could be
 * tried out by whoever reads the database; without the instance's secret these cannot.
 * @param secret the instance's master secret.
 */
export function hostIdHasher(secret: Buffer): (hostId: string) => Buffer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'charsu deleted host ids', KEY_BYTES))
  return (hostId) => createHmac('sha256', key).update(hostId).digest()
}
