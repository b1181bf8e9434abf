import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { helpDetail } from '../../packages/server/testing/help-page.ts'
import { rawRequest, sendBytes } from '../hostile/raw-http.ts'
import { type ClientBed, openClientBed } from './client-bed.ts'

let bed: ClientBed
beforeAll(async () => {
  bed = await openClientBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

/** As HTTP libraries do that are given bytes for a body. */
const send = (path: string, body: string) =>
  sendBytes(
    bed.node.url,
    rawRequest(
      `POST ${path} HTTP/1.1`,
      [`x-api-key: ${bed.app.key}`, `x-access-token: ${bed.accessToken}`],
      body,
    ),
  )

describe('§0 a client that sends JSON without saying so', () => {
  test('is understood', async () => {
    expect((await send(bed.sendPath, '{"message": "hello"}'))?.status).toBe(200)
    expect(await bed.texts()).toEqual(['hello'])
  })

  test('and told what is wrong when it is no JSON', async () => {
    const answer = await send(bed.sendPath, 'message=hello')
    expect(answer?.status).toBe(400)
    expect(JSON.parse(answer?.text ?? '')).toMatchObject({
      code: 3,
      details: [{ reason: 'BODY_NOT_JSON' }, helpDetail('BODY_NOT_JSON')],
    })
  })

  test('at the older token exchange too', async () => {
    const answer = await send('/v1/open-platform/oauth/access_token', '{"code": "x", "client_id": "y"}')
    expect(answer?.status).toBe(400)
    expect(answer?.text).toContain('client_secret: is required')
  })
})
