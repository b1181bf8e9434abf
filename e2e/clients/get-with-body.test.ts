import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawRequest, sendBytes } from '../hostile/raw-http.ts'
import { type ClientBed, openClientBed } from './client-bed.ts'

let bed: ClientBed
beforeAll(async () => {
  bed = await openClientBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

describe('§0 a client that sends a body with GET', () => {
  test.each([
    ['the operation’s own parameters', (token: string) => JSON.stringify({ token })],
    ['an empty object', () => '{}'],
    ['null', () => 'null'],
    ['no JSON at all', () => '{"token": '],
  ])('%s', async (_, body) => {
    const headers = [
      `x-api-key: ${bed.app.key}`,
      `x-access-token: ${bed.accessToken}`,
      'Content-Type: application/json',
    ]
    for (const path of [`finder/post/${bed.post.token}`, 'users', 'finder/user-posts', 'assets/permission']) {
      const request = rawRequest(`GET /v1/open-platform/${path} HTTP/1.1`, headers, body(bed.post.token))
      expect([path, (await sendBytes(bed.node.url, request))?.status]).toEqual([path, 200])
    }
  })

  test('the next request on the same connection is read from its beginning', async () => {
    const body = '{"token": "x"}'
    const request = (more: string) =>
      `GET /v1/open-platform/users HTTP/1.1\r\nHost: localhost\r\nx-api-key: ${bed.app.key}\r\n` +
      `x-access-token: ${bed.accessToken}\r\n${more}\r\n`
    const two =
      request(`Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`) +
      body +
      request('Connection: close\r\n')
    const answer = await sendBytes(bed.node.url, two)
    expect(answer?.status).toBe(200)
    expect(answer?.text.match(/HTTP\/1\.1 200/g)).toHaveLength(1)
  })
})
