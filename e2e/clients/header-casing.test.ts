import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawRequest, sendBytes } from '../hostile/raw-http.ts'
import { type ClientBed, openClientBed } from './client-bed.ts'

let bed: ClientBed
beforeAll(async () => {
  bed = await openClientBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

/** Header names as they are written on the wire, which no HTTP library would let through. */
const send = async (headers: readonly string[]) => {
  const body = '{"message": "hello"}'
  const answer = await sendBytes(bed.node.url, rawRequest(`POST ${bed.sendPath} HTTP/1.1`, headers, body))
  return answer?.status
}

describe('§1 a client that spells header names in its own way', () => {
  test.each([
    ['x-api-key', 'x-access-token', 'content-type'],
    ['X-API-KEY', 'X-ACCESS-TOKEN', 'CONTENT-TYPE'],
    ['X-Api-Key', 'X-Access-Token', 'Content-Type'],
    ['x-aPI-kEY', 'x-ACCESS-tOKEN', 'cONTENT-tYPE'],
  ])('%s', async (key, token, type) => {
    const sent = await send([
      `${key}: ${bed.app.key}`,
      `${token}: ${bed.accessToken}`,
      `${type}: application/json`,
    ])
    expect(sent).toBe(200)
  })

  test.each(['Authorization', 'AUTHORIZATION', 'authorization'])(
    '%s, with bearer in any casing',
    async (name) => {
      for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
        const headers = [`X-Api-Key: ${bed.app.key}`, `${name}: ${scheme} ${bed.accessToken}`]
        expect(await send([...headers, 'Content-Type: application/json'])).toBe(200)
      }
    },
  )

  test('Bearer wins over X-Access-Token, also where it is the worse of the two', async () => {
    const key = `x-api-key: ${bed.app.key}`
    const type = 'content-type: application/json'
    const good = `Authorization: Bearer ${bed.accessToken}`
    expect(await send([key, type, good, 'X-Access-Token: ca_worn_out'])).toBe(200)
    expect(
      await send([key, type, `X-Access-Token: ${bed.accessToken}`, 'Authorization: Bearer ca_worn_out']),
    ).toBe(401)
  })

  test('a scheme that is none of ours leaves X-Access-Token standing', async () => {
    const headers = [`x-api-key: ${bed.app.key}`, 'content-type: application/json']
    const token = `x-access-token: ${bed.accessToken}`
    expect(await send([...headers, token, 'Authorization: Basic eDp5'])).toBe(200)
    expect(await send([...headers, token, 'Authorization:'])).toBe(200)
  })
})
