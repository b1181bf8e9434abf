import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { helpDetail } from '../../packages/server/testing/help-page.ts'
import { rawRequest, sendBytes } from '../hostile/raw-http.ts'
import { type ClientBed, openClientBed } from './client-bed.ts'

let bed: ClientBed
beforeAll(async () => {
  bed = await openClientBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

const raw = async (line: string, headers: readonly string[] = []) => {
  const credentials = [`x-api-key: ${bed.app.key}`, `x-access-token: ${bed.accessToken}`]
  const answer = await sendBytes(bed.node.url, rawRequest(`${line} HTTP/1.1`, [...credentials, ...headers]))
  return { status: answer?.status, text: answer?.text }
}

const JSON_TYPE = 'Content-Type: application/json'

describe('§0 a client that always says Content-Type: application/json, and sends nothing', () => {
  test.each([
    ['without a length', [JSON_TYPE]],
    ['of length 0', [JSON_TYPE, 'Content-Length: 0']],
    ['under a charset', ['Content-Type: application/json; charset=utf-8', 'Content-Length: 0']],
    ['under a form’s type', ['Content-Type: application/x-www-form-urlencoded', 'Content-Length: 0']],
    ['under no type', ['Content-Length: 0']],
    ['chunked', [JSON_TYPE, 'Transfer-Encoding: chunked']],
  ])('%s', async (how, headers) => {
    const line = 'POST /v1/open-platform/users'
    if (how === 'chunked') {
      const bytes = rawRequest(`${line} HTTP/1.1`, [
        `x-api-key: ${bed.app.key}`,
        `x-access-token: ${bed.accessToken}`,
        ...headers,
      ])
      const answer = await sendBytes(bed.node.url, Buffer.concat([bytes, Buffer.from('0\r\n\r\n')]))
      expect(answer?.status).toBe(200)
      return
    }
    expect((await raw(line, headers)).status).toBe(200)
    expect((await raw('GET /v1/open-platform/users', headers)).status).toBe(200)
  })

  test('an empty body is {}: what is required is named', async () => {
    const answer = await bed.call('POST', bed.sendPath, '')
    expect(answer).toMatchObject({
      status: 400,
      body: {
        code: 3,
        details: [
          { field_violations: [{ field: 'message' }] },
          { reason: 'INVALID_FIELDS' },
          helpDetail('INVALID_FIELDS'),
        ],
      },
    })
    expect(await bed.call('POST', bed.sendPath, '  \r\n ')).toMatchObject({ status: answer.status })
  })

  test('DELETE too, where one is served and where none is', async () => {
    const app = `/v1/open-platform/addons/post/${bed.post.token}`
    expect(await raw(`DELETE ${app}`, [JSON_TYPE])).toMatchObject({ status: 501 })
    const path = `/host/v1/users/${bed.seller.hostId}/blocks/${bed.buyer.hostId}`
    const headers = [`authorization: Bearer ${bed.node.hostKey}`, JSON_TYPE, 'Content-Length: 0']
    expect((await raw(`DELETE ${path}`, headers)).status).toBe(200)
  })

  test('what takes all it knows from the query string needs no body', async () => {
    const answer = await bed.call('POST', '/experimental/open-platform/events/send?message=hello', '')
    expect(answer).toMatchObject({ status: 200, body: {} })
  })
})
