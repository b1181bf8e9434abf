import { PERMISSION_NAMES } from '@charsu/protocol/permissions'
import { SCOPE_NAMES } from '@charsu/protocol/scope-catalogue'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAddressGuard } from '../outbound/address-guard.ts'
import { newAppParser, settingsParser } from './app-settings.ts'

const development = {
  guard: createAddressGuard({ allowEverything: true }),
  ports: null,
  mode: 'development',
} as const
const production = {
  guard: createAddressGuard({ allow: ['10.1.0.0/16'] }),
  ports: [
    { from: 80, to: 80 },
    { from: 443, to: 443 },
    { from: 8443, to: 8445 },
  ],
  mode: 'production',
} as const
const settings = settingsParser(development)
const newApp = newAppParser(development)

/** What is wrong, by field; empty when nothing is. */
function faults(parser: { parse(input: unknown): ReturnType<typeof settings.parse> }, input: unknown) {
  const result = parser.parse(input)
  return result.ok ? {} : Object.fromEntries(result.violations.map((each) => [each.field, each.description]))
}
const accepts = (input: object): boolean => settings.parse(input).ok
const acceptsSlug = (slug: unknown): boolean => newApp.parse({ slug, display_name: 'x' }).ok

describe('each limit, on both sides of it', () => {
  test.each([
    ['ab', true],
    ['a1-b', true],
    ['0abc', true],
    ['a'.repeat(50), true],
    ['a', false],
    ['', false],
    ['a'.repeat(51), false],
    ['-ab', false],
    ['Ab', false],
    ['a_b', false],
    ['a b', false],
    ['سلام', false],
    ['a\n', false],
    [7, false],
  ])('slug %j: %s', (slug, good) => expect(acceptsSlug(slug)).toBe(good))

  test.each([
    ['display_name', 'x', true],
    ['display_name', '🏠'.repeat(50), true],
    ['display_name', '🏠'.repeat(51), false],
    ['display_name', '', false],
    ['display_name', ' \t ', false],
    ['display_name', 'two\nlines', false],
    ['description', '', true],
    ['description', 'x'.repeat(1000), true],
    ['description', 'x'.repeat(1001), false],
    ['identification_key', '!', true],
    ['identification_key', '~'.repeat(200), true],
    ['identification_key', '~'.repeat(201), false],
    ['identification_key', '', false],
    ['identification_key', 'a b', false],
    ['identification_key', 'کلید', false],
    ['identification_key', 'a\r\nx-evil: 1', false],
    ['session_initialization_version', 1, true],
    ['session_initialization_version', 2, true],
    ['session_initialization_version', 0, false],
    ['session_initialization_version', 3, false],
    ['session_initialization_version', '2', false],
    ['events_url', 'http://localhost:3000/events', true],
    ['events_url', `https://app.example/${'x'.repeat(2028)}`, true],
    ['events_url', `https://app.example/${'x'.repeat(2029)}`, false],
    ['events_url', 'javascript:alert(1)', false],
    ['events_url', 'https://me:pass@app.example', false],
    ['events_url', 7, false],
    ['redirect_uris', Array.from({ length: 20 }, (_, i) => `https://app.example/${i}`), true],
    ['redirect_uris', Array.from({ length: 21 }, (_, i) => `https://app.example/${i}`), false],
    ['redirect_uris', [7], false],
    ['redirect_uris', 'https://app.example/', false],
    ['permissions', [...PERMISSION_NAMES], true],
    ['permissions', ['get_post'], false],
    ['scopes', [...SCOPE_NAMES], true],
    ['scopes', ['constructor'], false],
    ['touchpoints', [{ touchpoint: 'MY_DIVAR', operation: 'LOAD_WEBVIEW_SERVER_LINK' }], true],
    ['touchpoints', [{ touchpoint: 'MY_DIVAR' }], false],
    ['touchpoints', ['MY_DIVAR'], false],
  ])('%s %j: %s', (field, value, good) => expect(accepts({ [field]: value })).toBe(good))
})

test('null and absence leave a setting as it is, an empty string takes a URL away', () => {
  expect(settings.parse({ events_url: null, description: null })).toEqual({ ok: true, value: {} })
  expect(settings.parse({})).toEqual({ ok: true, value: {} })
  expect(settings.parse({ events_url: '' })).toEqual({ ok: true, value: { events_url: null } })
})

test('names are kept once, scopes under their present name', () => {
  const value = {
    permissions: ['GET_POST', 'GET_POST'],
    scopes: ['CHAT_SEND_MESSAGE_OAUTH', 'CHAT_MESSAGE_SEND'],
  }
  expect(settings.parse(value)).toEqual({
    ok: true,
    value: { permissions: ['GET_POST'], scopes: ['CHAT_MESSAGE_SEND'] },
  })
})

test('a name far from every real one is sent to the list', () => {
  const found = faults(settings, { permissions: ['XYZZY_PLUGH_FROTZ'], scopes: ['XYZZY_PLUGH_FROTZ'] })
  expect(found['permissions[0]']).toContain('/v1/open-platform/assets/permission')
  expect(found['scopes[0]']).toContain('/v1/open-platform/assets/oauth-scope')
})

describe('in production', () => {
  const strict = settingsParser(production)

  test.each([
    'http://127.0.0.1/',
    'http://localhost/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]/',
    'http://[::ffff:192.168.0.1]/',
    'http://0x7f000001/',
    'http://2130706433/',
    'https://app.example:22/',
    'https://app.example:8446/',
    'https://sara:secret@app.example/',
    'ftp://app.example/',
  ])('an app may not be called at %s', (url) => {
    const urls = { events_url: url, session_initialization_url: url, dynamic_action_url: url }
    expect(Object.keys(faults(strict, urls))).toEqual(Object.keys(urls))
  })

  test('but at public addresses, on allowed ports, and in networks that the operator allows', () => {
    expect(
      faults(strict, { events_url: 'https://app.example:8445/', dynamic_action_url: 'http://10.1.2.3/' }),
    ).toEqual({})
  })
})

test('whatever comes in, the answer is settings or wrong fields, never an exception', () => {
  const fields = fc.constantFrom(
    'slug',
    'display_name',
    'events_url',
    'redirect_uris',
    'identification_key',
    'permissions',
    'scopes',
    'touchpoints',
    'session_initialization_version',
  )
  const input = fc.oneof(fc.jsonValue(), fc.dictionary(fields, fc.jsonValue()))
  fc.assert(
    fc.property(input, (value) => {
      for (const parser of [settings, newApp]) {
        const result = parser.parse(value)
        if (!result.ok) expect(result.violations.length).toBeGreaterThan(0)
      }
    }),
  )
})
