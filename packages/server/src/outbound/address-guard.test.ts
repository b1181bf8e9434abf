import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAddressGuard } from './address-guard.ts'

const guard = createAddressGuard({})

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.255.0.9', 'loopback'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['192.168.1.1', 'private'],
  ['169.254.169.254', 'link-local'],
  ['100.64.0.1', 'carrier-grade NAT'],
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['192.0.2.1', 'documentation'],
  ['198.51.100.1', 'documentation'],
  ['203.0.113.1', 'documentation'],
  ['198.18.0.1', 'reserved'],
  ['240.0.0.1', 'reserved'],
  ['192.0.0.8', 'reserved'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local'],
  ['fc00::1', 'private'],
  ['fd12:3456::1', 'private'],
  ['fec0::1', 'private'],
  ['ff02::1', 'multicast'],
  ['2001:db8::1', 'documentation'],
  ['3fff::1', 'documentation'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:10.0.0.1', 'private'],
  ['::ffff:0:10.0.0.1', 'translated'],
  ['::127.0.0.1', 'loopback'],
  ['::a00:1', 'not a public address'],
  ['64:ff9b::127.0.0.1', 'loopback'],
  ['64:ff9b::a9fe:a9fe', 'link-local'],
  ['64:ff9b:1::8.8.8.8', 'local NAT64'],
  ['2002:7f00:1::', '6to4'],
  ['2002:808:808::', '6to4'],
  ['2001::5ef5:79fd', 'Teredo'],
  ['4000::1', 'not a public address'],
  ['example.com', 'not an IP address'],
  ['', 'not an IP address'],
])('%s is refused as %s', (address, words) => {
  expect(guard.refusal(address)).toContain(words)
})

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '100.63.255.255',
  '172.32.0.1',
  '2606:4700::1111',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
])('%s is public and may be dialled', (address) => {
  expect(guard.refusal(address)).toBeUndefined()
})

test('an IPv4 address is judged the same in every form that reaches it', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const refused = guard.refusal(address) !== undefined
      expect(guard.refusal(`::ffff:${address}`) !== undefined).toBe(refused)
      expect(guard.refusal(`64:ff9b::${address}`) !== undefined).toBe(refused)
    }),
  )
})

test('a tunnelled IPv4 address is never dialled, whatever it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 0xffff }), (high, low) => {
      const hex = `${high.toString(16)}:${low.toString(16)}`
      expect(guard.refusal(`2002:${hex}::1`)).toBeDefined()
      expect(guard.refusal(`2001:0:${hex}::1`)).toBeDefined()
      expect(guard.refusal(`64:ff9b:1::${hex}`)).toBeDefined()
    }),
  )
})

test('an allow-list opens its ranges and nothing else', () => {
  const open = createAddressGuard({ allow: ['10.1.0.0/16', '127.0.0.2', 'fd00::/8'] })
  expect(open.refusal('10.1.2.3')).toBeUndefined()
  expect(open.refusal('::ffff:10.1.2.3')).toBeUndefined()
  expect(open.refusal('127.0.0.2')).toBeUndefined()
  expect(open.refusal('fd00::5')).toBeUndefined()
  expect(open.refusal('10.2.0.1')).toContain('private')
  expect(open.refusal('127.0.0.3')).toContain('loopback')
  expect(open.refusal('fc00::5')).toContain('private')
})

test('development mode allows every address, yet no name', () => {
  const open = createAddressGuard({ allowEverything: true })
  expect(open.refusal('127.0.0.1')).toBeUndefined()
  expect(open.refusal('::1')).toBeUndefined()
  expect(open.refusal('localhost')).toContain('not an IP address')
})

test('a range that is no CIDR is named when the guard is made', () => {
  expect(() => createAddressGuard({ allow: ['10.0.0.0/33'] })).toThrow('10.0.0.0/33')
  expect(() => createAddressGuard({ allow: ['office'] })).toThrow('expected a CIDR')
})
