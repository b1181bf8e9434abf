import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawRequest } from './hostile/raw-http.ts'
import { JSON_TYPE, openRequestBed, type RequestBed, USERS } from './hostile/request-bed.ts'

/** Bodies and headers at and beyond their limits (wire contract §0, §1, §2). */

let bed: RequestBed

beforeAll(async () => {
  bed = await openRequestBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

const send = (headers: readonly string[], body: string | Buffer): Promise<string> =>
  bed.answerTo(rawRequest(`POST ${bed.sendPath} HTTP/1.1`, headers, body))
const sendJson = (body: string | Buffer): Promise<string> => send([...bed.credentials, JSON_TYPE], body)

describe('bodies', () => {
  const LIMIT = 256 * 1024
  /** Valid, and of this many bytes; what is too much is in a field that is ignored. */
  const ofBytes = (bytes: number): string => {
    const rest = '{"message":"x","padding":""}'.length
    return `{"message":"x","padding":"${'p'.repeat(bytes - rest)}"}`
  }

  test.each([
    [LIMIT - 1, '200'],
    [LIMIT, '200'],
    [LIMIT + 1, '413 3 BODY_TOO_LARGE'],
  ])('of %i bytes', async (bytes, expected) => {
    expect(await sendJson(ofBytes(bytes))).toBe(expected)
  })

  test('too large without saying so beforehand', async () => {
    const body = ofBytes(LIMIT + 1)
    const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const head = rawRequest(`POST ${bed.sendPath} HTTP/1.1`, [
      ...bed.credentials,
      JSON_TYPE,
      'Transfer-Encoding: chunked',
    ])
    expect(await bed.answerTo(Buffer.concat([head, Buffer.from(chunked)]))).toBe('413 3 BODY_TOO_LARGE')
  })

  const inMessage = (text: string): string => `{"message":"${text}"}`
  test.each<[string, string | Buffer, string]>([
    ['no JSON', '{"message":', '400 3 BODY_NOT_JSON'],
    ['two values', '{"message":"x"}{}', '400 3 BODY_NOT_JSON'],
    ['a comment', '{"message":"x"} // x', '400 3 BODY_NOT_JSON'],
    ['a bare NUL', '{"message":"\x00"}', '400 3 BODY_NOT_JSON'],
    ['no UTF-8', Buffer.from(inMessage('\xff\xfe'), 'latin1'), '400 3 BODY_NOT_UTF8'],
    ['an overlong encoding', Buffer.from(inMessage('\xc0\x80'), 'latin1'), '400 3 BODY_NOT_UTF8'],
    ['half of a pair in UTF-8', Buffer.from(inMessage('\xed\xa0\x80'), 'latin1'), '400 3 BODY_NOT_UTF8'],
    ['UTF-16', Buffer.from(inMessage('x'), 'utf16le'), '400 3 BODY_NOT_JSON'],
    ['gzip', Buffer.from([0x1f, 0x8b, 0x08, 0x00]), '400 3 BODY_NOT_UTF8'],
    ['an escaped NUL', inMessage('a\\u0000b'), '400 3 INVALID_FIELDS'],
    ['half of a surrogate pair', inMessage('\\ud800'), '400 3 INVALID_FIELDS'],
    ['a key with a NUL', '{"message":"x","\\u0000":1}', '400 3 INVALID_FIELDS'],
    ['a number out of range', '{"message":"x","n":1e400}', '400 3 INVALID_FIELDS'],
    ['depth of 100,000', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, '400 3 INVALID_FIELDS'],
    ['an array', '[{"message":"x"}]', '400 3 INVALID_FIELDS'],
    ['a text', '"message"', '400 3 INVALID_FIELDS'],
    ['a message of another prototype', '{"__proto__":{"message":"x"}}', '400 3 INVALID_FIELDS'],
    ['null', 'null', '400 3 INVALID_FIELDS'],
    ['a byte order mark', '\xef\xbb\xbf{"message":"x"}', '200'],
    ['unknown fields', '{"message":"x","constructor":{"prototype":1},"__proto__":{"y":1}}', '200'],
    ['a very long key', `{"message":"x","${'k'.repeat(20_000)}":1}`, '200'],
    ['the same key twice', '{"message":1,"message":"x"}', '200'],
  ])('of %s', async (_, body, expected) => {
    expect(await sendJson(body)).toBe(expected)
  })

  test.each([
    ['text/plain', '415 3 CONTENT_TYPE_NOT_SUPPORTED'],
    ['application/x-www-form-urlencoded', '415 3 CONTENT_TYPE_NOT_SUPPORTED'],
    ['multipart/form-data; boundary=x', '415 3 CONTENT_TYPE_NOT_SUPPORTED'],
    ['', '415 3 CONTENT_TYPE_NOT_SUPPORTED'],
    ['json', '415 3 CONTENT_TYPE_NOT_SUPPORTED'],
    ['application/json; charset=utf-8', '200'],
    ['APPLICATION/JSON', '200'],
    ['application/vnd.api+json', '200'],
  ])('under the Content-Type "%s"', async (type, expected) => {
    expect(await send([...bed.credentials, `Content-Type: ${type}`], '{"message":"x"}')).toBe(expected)
  })

  test('of a secret that is no JSON: the error does not quote it', async () => {
    for (const body of [bed.token, `{"client_secret":${bed.token}}`, `[${bed.token}`]) {
      expect(await bed.answerTo(rawRequest('POST /oauth2/token HTTP/1.1', [JSON_TYPE], body))).toBe(
        '400 invalid_request',
      )
    }
  })
})

describe('credentials in headers', () => {
  const junk = 'ca_junk'
  test.each<[string, () => string[], string]>([
    [
      'the key in capitals',
      () => [`X-API-KEY: ${bed.world.app.key}`, `Authorization: Bearer ${bed.token}`],
      '200',
    ],
    [
      'the key in small letters',
      () => [`x-api-key: ${bed.world.app.key}`, `authorization: bearer ${bed.token}`],
      '200',
    ],
    [
      'space around',
      () => [`X-Api-Key:   ${bed.world.app.key}  `, `Authorization:  BEARER   ${bed.token} `],
      '200',
    ],
    [
      'the older token alone',
      () => [`X-Api-Key: ${bed.world.app.key}`, `X-ACCESS-TOKEN: ${bed.token}`],
      '200',
    ],
    ['Bearer before a wrong older token', () => [...bed.credentials, `X-Access-Token: ${junk}`], '200'],
    [
      'a wrong Bearer before the older token',
      () => [
        `X-Api-Key: ${bed.world.app.key}`,
        `Authorization: Bearer ${junk}`,
        `X-Access-Token: ${bed.token}`,
      ],
      '401 16 ACCESS_TOKEN_UNKNOWN',
    ],
    [
      'another scheme beside the older token',
      () => [`X-Api-Key: ${bed.world.app.key}`, 'Authorization: Basic eDp5', `X-Access-Token: ${bed.token}`],
      '200',
    ],
    ['two keys', () => [...bed.credentials, 'X-Api-Key: ck_other'], '401 16 API_KEY_UNKNOWN'],
    [
      'two tokens, the first of which counts',
      () => [...bed.credentials, `Authorization: Bearer ${junk}`],
      '200',
    ],
    ['a key of bytes', () => ['X-Api-Key: \xff\xfe\xd8\xb3'], '401 16 API_KEY_UNKNOWN'],
    ['a key of 20,000 characters', () => [`X-Api-Key: ${'x'.repeat(20_000)}`], '401 16 API_KEY_UNKNOWN'],
    [
      'a token of bytes',
      () => [`X-Api-Key: ${bed.world.app.key}`, 'Authorization: Bearer \xff\xfe'],
      '401 16 ACCESS_TOKEN_UNKNOWN',
    ],
    ['a token in the query', () => [`X-Api-Key: ${bed.world.app.key}`], '401 16 ACCESS_TOKEN_MISSING'],
  ])('%s', async (_, headers, expected) => {
    expect(await bed.answerTo(rawRequest(`GET ${USERS}?access_token=${bed.token} HTTP/1.1`, headers()))).toBe(
      expected,
    )
  })

  test('a cookie of noise is no session', async () => {
    for (const cookie of [
      'charsu_session=%00\xff',
      ';;=;charsu_session',
      'charsu_session',
      `a=${'x'.repeat(9_000)}`,
    ]) {
      expect(await bed.answerTo(rawRequest('GET /me/v1 HTTP/1.1', [`Cookie: ${cookie}`]))).toBe(
        '401 16 SESSION_MISSING',
      )
    }
  })
})

describe('Idempotency-Key', () => {
  test.each<[string, string, string]>([
    ['of no character', '', '400 3 INVALID_FIELDS'],
    ['of 1 character', 'k', '200'],
    ['of 255 characters', 'k'.repeat(255), '200'],
    ['of 256 characters', 'k'.repeat(256), '400 3 INVALID_FIELDS'],
    ['of bytes beyond ASCII', '\xd8\xb3\xff', '200'],
  ])('%s', async (_, key, expected) => {
    expect(await send([...bed.credentials, JSON_TYPE, `Idempotency-Key: ${key}`], '{"message":"x"}')).toBe(
      expected,
    )
  })

  test('under which another message was sent before', async () => {
    const headers = [...bed.credentials, JSON_TYPE, 'Idempotency-Key: twice']
    expect(await send(headers, '{"message":"first"}')).toBe('200')
    expect(await send(headers, '{"message":"second"}')).toBe('409 6 IDEMPOTENCY_KEY_REUSED')
  })
})
