import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawRequest } from './hostile/raw-http.ts'
import { JSON_TYPE, openRequestBed, type RequestBed, USERS } from './hostile/request-bed.ts'

/** Requests at and beyond the edges of HTTP, and operations that are not there (wire contract §0). */

let bed: RequestBed

beforeAll(async () => {
  bed = await openRequestBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

describe('what is no request at all gets the shape of every error and a request id', () => {
  const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n\r\n`
  test.each<[string, string | Buffer, string, boolean?]>([
    ['noise', lines('GARBAGE'), '400 3 NOT_HTTP'],
    ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400 3 NOT_HTTP'],
    ['a method of no standard', rawRequest('BREW /me/v1 HTTP/1.1'), '400 3 NOT_HTTP'],
    ['a method in small letters', rawRequest('get /me/v1 HTTP/1.1'), '400 3 NOT_HTTP'],
    ['a NUL in the path', rawRequest('GET /me/v1\x00 HTTP/1.1'), '400 3 NOT_HTTP'],
    ['a space in the path', rawRequest('GET /me /v1 HTTP/1.1'), '400 3 NOT_HTTP'],
    ['bytes in the path', rawRequest('GET /me/\xd8\xb3 HTTP/1.1'), '400 3 NOT_HTTP'],
    ['a NUL in a header', rawRequest(`GET ${USERS} HTTP/1.1`, ['X-Api-Key: a\x00b']), '400 3 NOT_HTTP'],
    ['a header without colon', rawRequest(`GET ${USERS} HTTP/1.1`, ['nothing']), '400 3 NOT_HTTP'],
    ['a negative length', rawRequest('POST /me/v1 HTTP/1.1', ['Content-Length: -1']), '400 3 NOT_HTTP'],
    [
      'two framings of one body',
      rawRequest('POST /me/v1 HTTP/1.1', ['Content-Length: 2', 'Transfer-Encoding: chunked'], ''),
      '400 3 NOT_HTTP',
    ],
    [
      'a chunk of no length',
      Buffer.concat([
        rawRequest('POST /oauth2/token HTTP/1.1', [JSON_TYPE, 'Transfer-Encoding: chunked']),
        Buffer.from('zz\r\n'),
      ]),
      '400 3 NOT_HTTP',
    ],
    [
      'a body cut short',
      Buffer.concat([
        rawRequest('POST /oauth2/token HTTP/1.1', [JSON_TYPE, 'Content-Length: 30']),
        Buffer.from('{"a":'),
      ]),
      '400 3 NOT_HTTP',
      true,
    ],
    [
      'one header of 40 KiB',
      rawRequest(`GET ${USERS} HTTP/1.1`, [`X-A: ${'x'.repeat(40 * 1024)}`]),
      '431 3 HEADERS_TOO_LARGE',
    ],
    [
      '3,000 headers',
      rawRequest(
        `GET ${USERS} HTTP/1.1`,
        Array.from({ length: 3_000 }, (_, i) => `X-${i}: ${'y'.repeat(10)}`),
      ),
      '431 3 HEADERS_TOO_LARGE',
    ],
    ['no Host', lines(`GET ${USERS} HTTP/1.1`, 'Connection: close'), '400 3 HOST_MISSING'],
    [
      'the Host of a stranger',
      lines(`GET ${USERS} HTTP/1.1`, 'Host: evil.example', 'Connection: close'),
      '403 7 HOST_NOT_ALLOWED',
    ],
  ])('%s', async (_, bytes, expected, hangUp) => {
    expect(await bed.answerTo(bytes, hangUp)).toBe(expected)
  })
})

describe('what is unusual and allowed is answered as usual', () => {
  test.each<[string, () => Buffer | string, string]>([
    ['HTTP/1.0 without Host', () => `GET ${USERS} HTTP/1.0\r\n\r\n`, '401 16 API_KEY_MISSING'],
    ['an absolute path', () => rawRequest(`GET http://localhost${USERS} HTTP/1.1`), '401 16 API_KEY_MISSING'],
    [
      'an unknown Expect',
      () => rawRequest(`GET ${USERS} HTTP/1.1`, ['Expect: cake']),
      '401 16 API_KEY_MISSING',
    ],
    ['an Upgrade', () => rawRequest(`GET ${USERS} HTTP/1.1`, ['Upgrade: h2c']), '401 16 API_KEY_MISSING'],
    [
      'headers of 20 KiB',
      () => rawRequest(`GET ${USERS} HTTP/1.1`, [...bed.credentials, `X-A: ${'x'.repeat(20_480)}`]),
      '200',
    ],
    [
      'a GET with a body of noise',
      () => rawRequest(`GET ${USERS} HTTP/1.1`, [...bed.credentials, JSON_TYPE], '{nope'),
      '200',
    ],
    [
      'a GET with a body of another type',
      () => rawRequest(`GET ${USERS} HTTP/1.1`, [...bed.credentials, 'Content-Type: text/xml'], '<x/>'),
      '200',
    ],
    [
      'a GET with an empty JSON body',
      () => rawRequest(`GET ${USERS} HTTP/1.1`, [...bed.credentials, JSON_TYPE, 'Content-Length: 0']),
      '200',
    ],
    [
      'a stray query string',
      () => rawRequest(`GET ${USERS}?{}&a[]=1&__proto__[x]=%zz&=&%00 HTTP/1.1`, bed.credentials),
      '200',
    ],
    [
      'an empty JSON body on POST',
      () =>
        rawRequest('POST /me/v1/notices/read HTTP/1.1', [
          `Cookie: ${bed.world.party.seller.cookie}`,
          JSON_TYPE,
          'Content-Length: 0',
        ]),
      '200',
    ],
    [
      'white space as a JSON body',
      () =>
        rawRequest(
          'POST /me/v1/notices/read HTTP/1.1',
          [`Cookie: ${bed.world.party.seller.cookie}`, JSON_TYPE],
          ' \r\n',
        ),
      '200',
    ],
    [
      'no body and no type on POST',
      () => rawRequest('POST /me/v1/notices/read HTTP/1.1', [`Cookie: ${bed.world.party.seller.cookie}`]),
      '200',
    ],
    [
      'an empty JSON body on DELETE',
      () =>
        rawRequest(`DELETE /me/v1/conversations/${bed.world.party.conversationId}/block HTTP/1.1`, [
          `Cookie: ${bed.world.party.seller.cookie}`,
          JSON_TYPE,
          'Content-Length: 0',
        ]),
      '200',
    ],
    [
      'an empty JSON body where one is needed',
      () => rawRequest(`POST ${bed.sendPath} HTTP/1.1`, [...bed.credentials, JSON_TYPE, 'Content-Length: 0']),
      '400 3 INVALID_FIELDS',
    ],
    [
      'percent-encoded path parts',
      () =>
        rawRequest(
          `POST ${bed.sendPath.replaceAll('-', '%2D')} HTTP/1.1`,
          [...bed.credentials, JSON_TYPE],
          '{"message":"x"}',
        ),
      '200',
    ],
  ])('%s', async (_, bytes, expected) => {
    expect(await bed.answerTo(bytes())).toBe(expected)
  })
})

describe('an operation that is not served comes before everything else', () => {
  const nothing = '/v1/open-platform/nothing'
  test.each<[string, () => Buffer, string]>([
    ['of the public API', () => rawRequest(`GET ${nothing} HTTP/1.1`), '501 12 OPERATION_NOT_SERVED'],
    ['by HEAD', () => rawRequest(`HEAD ${nothing} HTTP/1.1`), '501'],
    ['by OPTIONS', () => rawRequest(`OPTIONS ${USERS} HTTP/1.1`), '501 12 METHOD_NOT_SERVED'],
    ['by QUERY', () => rawRequest(`QUERY ${USERS} HTTP/1.1`), '501 12 OPERATION_NOT_SERVED'],
    [
      'by PROPFIND, with a body',
      () => rawRequest(`PROPFIND ${USERS} HTTP/1.1`, [JSON_TYPE], '{nope'),
      '501 12 OPERATION_NOT_SERVED',
    ],
    ['by another method', () => rawRequest(`DELETE ${USERS} HTTP/1.1`), '501 12 METHOD_NOT_SERVED'],
    [
      'with a body of noise',
      () => rawRequest(`POST ${nothing} HTTP/1.1`, [JSON_TYPE], '{nope'),
      '501 12 OPERATION_NOT_SERVED',
    ],
    [
      'with a body of another type',
      () => rawRequest(`POST ${nothing} HTTP/1.1`, ['Content-Type: text/xml'], '<x/>'),
      '501 12 OPERATION_NOT_SERVED',
    ],
    [
      'with a body too large',
      () => rawRequest(`POST ${nothing} HTTP/1.1`, [JSON_TYPE, 'Content-Length: 300000']),
      '501 12 OPERATION_NOT_SERVED',
    ],
    [
      'with a trailing slash',
      () => rawRequest(`GET ${USERS}/ HTTP/1.1`, bed.credentials),
      '501 12 OPERATION_NOT_SERVED',
    ],
    ['under a path of our own', () => rawRequest('GET /me/v1/nothing HTTP/1.1'), '404 5 NOT_FOUND'],
    ['under dots', () => rawRequest('GET /me/../host/v1/apps HTTP/1.1'), '404 5 NOT_FOUND'],
    ['under two slashes', () => rawRequest('GET //me/v1 HTTP/1.1'), '404 5 NOT_FOUND'],
    ['under 20,000 characters', () => rawRequest(`GET /${'x'.repeat(20_000)} HTTP/1.1`), '404 5 NOT_FOUND'],
    [
      'under a part of 3,000 characters',
      () => rawRequest(`GET /v1/open-platform/finder/post/${'x'.repeat(3_000)} HTTP/1.1`),
      '414 3 PATH_TOO_LONG',
    ],
    [
      'under a broken escape',
      () => rawRequest('GET /v1/open-platform/finder/post/%zz HTTP/1.1'),
      '400 3 PATH_MALFORMED',
    ],
    [
      'under an escape of no UTF-8',
      () => rawRequest('GET /v1/open-platform/finder/post/%ff HTTP/1.1'),
      '400 3 PATH_MALFORMED',
    ],
  ])('%s', async (_, bytes, expected) => {
    expect(await bed.answerTo(bytes())).toBe(expected)
  })
})
