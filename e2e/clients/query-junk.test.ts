import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawRequest, sendBytes } from '../hostile/raw-http.ts'
import { type ClientBed, openClientBed } from './client-bed.ts'

let bed: ClientBed
beforeAll(async () => {
  bed = await openClientBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

const JUNK = [
  '?',
  '?{}',
  '?%',
  '?%7B%7D',
  '?a=1&a=2&a[]=3',
  '?a[b][c]=1&=x&&',
  '?null',
  '?%00%ff',
  '?{"token":"x"}',
]

const credentials = () => [`x-api-key: ${bed.app.key}`, `x-access-token: ${bed.accessToken}`]

const status = async (line: string, body = '') =>
  (
    await sendBytes(
      bed.node.url,
      rawRequest(`${line} HTTP/1.1`, [...credentials(), 'Content-Type: application/json'], body),
    )
  )?.status

describe('§0 a client that leaves something in the query string', () => {
  test.each(JUNK)('%s', async (junk) => {
    const answers = {
      posts: await status(`GET /v1/open-platform/finder/user-posts${junk}`),
      post: await status(`GET /v1/open-platform/finder/post/${bed.post.token}${junk}`),
      user: await status(`GET /v1/open-platform/users${junk}`),
      older: await status(`POST /v1/open-platform/users${junk}`),
      permissions: await status(`GET /v1/open-platform/assets/permission${junk}`),
      send: await status(`POST ${bed.sendPath}${junk}`, '{"message": "x"}'),
      subscribe: await status(
        `POST /v1/open-platform/notify/chat/post-conversations${junk}`,
        JSON.stringify({
          post_token: bed.post.token,
          endpoint: 'http://127.0.0.1:9/',
          identification_key: 'key',
        }),
      ),
    }
    expect(answers).toEqual(Object.fromEntries(Object.keys(answers).map((name) => [name, 200])))
  })

  test('an unserved operation is named without it', async () => {
    const answer = await bed.call('GET', '/v1/open-platform/addons/post/x?{}')
    expect(answer).toMatchObject({ status: 501, body: { code: 12 } })
    expect(answer.body.message).toContain('GET /v1/open-platform/addons/post/x is not served')
  })
})
