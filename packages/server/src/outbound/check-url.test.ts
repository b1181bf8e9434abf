import { expect, test } from 'vitest'
import { createAddressGuard } from './address-guard.ts'
import { checkAppUrl, MAX_URL_LENGTH } from './check-url.ts'

const guard = createAddressGuard({})
const longest = `https://example.com/${'a'.repeat(MAX_URL_LENGTH - 20)}`

test.each([
  'https://example.com/hook?x=1',
  'http://example.com:8080',
  'https://8.8.8.8/',
  'https://[2606:4700::1111]/',
  longest,
])('%.40s may be registered', (url) => {
  expect(checkAppUrl(url, guard)).toMatchObject({ ok: true })
})

test.each([
  ['/hook', 'url', 'not an absolute URL'],
  ['', 'url', 'not an absolute URL'],
  ['ftp://example.com', 'url', 'use http or https'],
  ['javascript:alert(1)', 'url', 'use http or https'],
  ['https://user:secret@example.com', 'url', 'user name or password'],
  [`${longest}a`, 'url', '2048'],
  ['http://127.0.0.1/', 'guard', 'loopback'],
  ['http://0x7f.1/', 'guard', 'loopback'],
  ['http://2130706433/', 'guard', 'loopback'],
  ['http://[::1]/', 'guard', 'loopback'],
  ['http://[::ffff:10.0.0.1]/', 'guard', 'private'],
  ['http://localhost:3000/', 'guard', 'loopback'],
  ['http://app.localhost./', 'guard', 'loopback'],
  ['http://169.254.169.254/latest/meta-data', 'guard', 'link-local'],
])('%.40s is refused (%s: %s)', (url, stage, words) => {
  expect(checkAppUrl(url, guard)).toMatchObject({ ok: false, stage, reason: expect.stringContaining(words) })
})

test('a refusal never repeats the password', () => {
  expect(JSON.stringify(checkAppUrl('https://user:secret@example.com', guard))).not.toContain('secret')
})

test('localhost is a first-class address in development', () => {
  expect(checkAppUrl('http://localhost:3000/hook', createAddressGuard({ allowEverything: true })).ok).toBe(
    true,
  )
})
