import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newSecret } from '../ids.ts'
import { SecretMask, shortened } from './mask-secrets.ts'

const NO_HEADERS = new SecretMask({})

describe('a secret is shortened', () => {
  test.each(['ck', 'ca', 'cr', 'cc', 'cs', 'cl', 'cx'])('wherever one of ours turns up: %s', (prefix) => {
    const secret = newSecret(prefix)
    for (const text of [
      secret,
      `{"a":"${secret}"}`,
      `?a=${secret}&b=1`,
      `key: ${secret}.`,
      `\\"${secret}\\"`,
    ]) {
      const masked = NO_HEADERS.text(text)
      expect(masked).not.toContain(secret.slice(0, 12))
      expect(masked).toContain(secret.slice(0, 6))
    }
  })

  test('a signing secret and an upload token too', () => {
    const signing = `whsec_${Buffer.alloc(32, 255).toString('base64')}`
    const upload = `cu_${'a'.repeat(31)}.${'b'.repeat(43)}`
    expect(NO_HEADERS.text(`${signing} ${upload}`)).toBe('whsec_… cu_aaa…')
  })

  test('in the headers that say who calls, the scheme stays', () => {
    const headers = NO_HEADERS.headers({
      Authorization: 'Bearer abcdefghijklmnopqrstuvwxyz',
      'proxy-authorization': 'Basic dXNlcjpwYXNzd29yZHBhc3N3b3Jk',
      'X-Api-Key': 'a-key-of-my-own-making',
      'x-access-token': 'abcdefghijklmnopqrstuvwxyz',
      cookie: 'theme=dark-and-gloomy; charsu_session="0123456789abcdefghijklm"',
      'set-cookie': 'id=0123456789abcdefghijklm; Path=/; HttpOnly',
      accept: '*/*',
    })
    expect(headers).toEqual({
      Authorization: 'Bearer abcdef…',
      'proxy-authorization': 'Basic dXNlcj…',
      'X-Api-Key': 'a-key-…',
      'x-access-token': 'abcdef…',
      cookie: 'theme=dark-…; charsu_session="01234…',
      'set-cookie': 'id=012345…; Path=/; HttpOnly',
      accept: '*/*',
    })
  })

  test('of the request, wherever an app repeats it, however it writes it', () => {
    const key = 'my<secret>"key"&/more'
    const mask = new SecretMask({ authorization: key })
    for (const echo of [
      key,
      JSON.stringify({ headers: { authorization: key } }),
      `<td>${key.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}</td>`,
      `https://app.example/?k=${encodeURIComponent(key)}`,
    ]) {
      expect(mask.text(echo)).toContain('my<sec…')
    }
  })

  test('in requests and answers of OAuth, by the names of fields', () => {
    const json =
      '{"client_secret": "a\\"b-own-secret", "refresh_token":"xyzxyzxyzxyz","scope":"USER_ID","code":7}'
    expect(NO_HEADERS.oauthText(json)).toBe(
      '{"client_secret": "a\\"b-…", "refresh_token":"xyzx…","scope":"USER_ID","code":7}',
    )
    expect(NO_HEADERS.oauthText('grant_type=authorization_code&code=abcabcabcabc&client_id=app')).toBe(
      'grant_type=authorization_code&code=abca…&client_id=app',
    )
  })

  test('never more than a third of it is shown', () => {
    fc.assert(
      fc.property(fc.string(), (secret) => {
        expect(shortened(secret).length - 1).toBeLessThanOrEqual(Math.min(6, secret.length / 3))
      }),
    )
  })
})

test('what is no secret stays as it is', () => {
  const text = '{"post_token":"demo_flat","code":5,"message":"check_in at ca_7","token":"gYk2"}'
  expect(NO_HEADERS.text(text)).toBe(text)
})

test('whatever the headers and the text, no secret of six letters or more is left', () => {
  const secret = fc
    .string({ minLength: 9, maxLength: 60, unit: 'binary-ascii' })
    .filter((s) => s.trim() === s)
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (key, before, after) => {
      const masked = new SecretMask({ 'x-api-key': key }).text(`${before}${key}${after}`)
      expect(masked.includes(key)).toBe(false)
    }),
  )
})

test('text made to be read again and again is read once', () => {
  const text = `${'"code":"'.repeat(20_000)}${'\\'.repeat(100_000)}${'ck_'.repeat(50_000)}`
  expect(NO_HEADERS.oauthText(text)).toContain('"code":"')
})
