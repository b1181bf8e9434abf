import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let node: TestServer

beforeAll(async () => {
  node = await startTestServer()
})
afterAll(() => node.close())

test.each([
  ['OPTIONS', '/me/v1', 'GET'],
  ['HEAD', '/me/v1/conversations', 'GET, POST'],
  ['HEAD', '/v1/open-platform/users', 'GET, POST'],
  ['GET', '/oauth2/token', 'POST'],
  ['PATCH', '/console/v1/apps', 'GET, POST'],
])('wire contract §0: %s on %s is code 12, and Allow names what is served', async (method, path, allow) => {
  const answer = await fetch(node.url + path, { method })
  expect([answer.status, answer.headers.get('allow')]).toEqual([501, allow])
  if (method !== 'HEAD') expect(await answer.json()).toMatchObject({ code: 12 })
})
