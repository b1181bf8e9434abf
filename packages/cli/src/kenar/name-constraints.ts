import { Extension } from '@peculiar/x509'

const NAME_CONSTRAINTS = '2.5.29.30'
const SEQUENCE = 0x30
const PERMITTED = 0xa0
const EXCLUDED = 0xa1
const DNS_NAME = 0x82
const IP_ADDRESS = 0x87
/** Base address and mask of the ranges that hold everything. */
const EVERY_IPV4 = Buffer.alloc(8)
const EVERY_IPV6 = Buffer.alloc(32)

/** The critical extension by which an authority may vouch for these DNS names, those below them, and no IP address. */
export function nameConstraints(hosts: readonly string[]): Extension {
  const names = hosts.map((host) => subtree(DNS_NAME, Buffer.from(host, 'ascii')))
  const addresses = [EVERY_IPV4, EVERY_IPV6].map((range) => subtree(IP_ADDRESS, range))
  const value = der(SEQUENCE, der(PERMITTED, ...names), der(EXCLUDED, ...addresses))
  return new Extension(NAME_CONSTRAINTS, true, Uint8Array.from(value))
}

const subtree = (tag: number, base: Buffer): Buffer => der(SEQUENCE, der(tag, base))

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  if (length > 0xffff) throw new RangeError('more names than an authority is made for')
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
