import { expect, test } from 'vitest'
import { createAddressGuard } from './address-guard.ts'
import { checkAppUrl, MAX_URL_LENGTH } from './check-url.ts'

const rules = {
  guard: createAddressGuard({}),
  ports: [
    { from: 80, to: 80 },
    { from: 443, to: 443 },
    { from: 1024, to: 65_535 },
  ],
}
const longest = `https://example.com/${'a'.repeat(MAX_URL_LENGTH - 20)}`

test.each([
  'https://example.com/hook?x=1',
  'http://example.com:8080',
  'https://8.8.8.8/',
  'https://[2606:4700::1111]/',
  'http://example.com:1024/',
  'http://example.com:65535/',
  longest,
])('%.40s may be registered', (url) => {
  expect(checkAppUrl(url, rules)).toMatchObject({ ok: true })
})

test.each([
  ['/hook', 'url', 'not an absolute URL'],
  ['', 'url', 'not an absolute URL'],
  ['ftp://example.com', 'url', 'use http or https'],
  ['javascript:alert(1)', 'url', 'use http or https'],
  ['https://user:secret@example.com', 'url', 'user name or password'],
  [`${longest}a`, 'url', '2048'],
  ['http://example.com:22/', 'guard', 'port 22; use one of 80, 443, 1024 to 65535'],
  ['https://example.com:1023/', 'guard', 'port 1023'],
  ['https://example.com:0/', 'guard', 'port 0'],
  ['http://127.0.0.1/', 'guard', 'loopback'],
  ['http://0x7f.1/', 'guard', 'loopback'],
  ['http://2130706433/', 'guard', 'loopback'],
  ['http://[::1]/', 'guard', 'loopback'],
  ['http://[::ffff:10.0.0.1]/', 'guard', 'private'],
  ['http://localhost:3000/', 'guard', 'loopback'],
  ['http://app.localhost./', 'guard', 'loopback'],
  ['http://169.254.169.254/latest/meta-data', 'guard', 'link-local'],
])('%.40s is refused (%s: %s)', (url, stage, words) => {
  expect(checkAppUrl(url, rules)).toMatchObject({ ok: false, stage, reason: expect.stringContaining(words) })
})

test('a refusal never repeats the password', () => {
  expect(JSON.stringify(checkAppUrl('https://user:secret@example.com', rules))).not.toContain('secret')
})

test('the port of the scheme counts when none is written', () => {
  const only = (port: number) => ({ ...rules, ports: [{ from: port, to: port }] })
  expect(checkAppUrl('https://example.com/', only(443))).toMatchObject({ ok: true })
  expect(checkAppUrl('http://example.com/', only(80))).toMatchObject({ ok: true })
  expect(checkAppUrl('http://example.com/', only(443))).toMatchObject({
    ok: false,
    reason: 'apps may not be called on port 80; use 443',
  })
})

test('localhost is a first-class address in development', () => {
  const development = { guard: createAddressGuard({ allowEverything: true }), ports: null }
  expect(checkAppUrl('http://localhost:3000/hook', development).ok).toBe(true)
})
