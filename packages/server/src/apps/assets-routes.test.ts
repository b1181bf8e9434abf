import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

describe('wire contract §8: what an app can ask for', () => {
  let node: TestServer

  beforeAll(async () => {
    node = await startTestServer()
  })
  afterAll(() => node.close())

  test.each([
    ['oauth-scope', 'scopes', ['CONVERSATION_SEND_MESSAGE', 'OFFLINE_ACCESS', 'USER_PHONE']],
    ['permission', 'permissions', ['CHAT_SEND_MESSAGE_OAUTH', 'GET_POST', 'EVENTS_SEND']],
  ])('assets/%s lists all, without any key', async (asset, list, some) => {
    const answer = await fetch(`${node.url}/v1/open-platform/assets/${asset}`)
    const body = (await answer.json()) as Record<string, { slug: string }[]>
    expect([answer.status, Object.keys(body)]).toEqual([200, [list]])
    const entries = body[list]!
    expect(entries.map(({ slug }) => slug)).toEqual(expect.arrayContaining(some))
    for (const entry of entries) {
      expect(entry).toEqual({
        slug: expect.stringMatching(/^[A-Z_]+$/),
        display: expect.any(String),
        lifecycle_state: expect.stringMatching(/^(EXPERIMENTAL|ACTIVE|DEPRECATING_SOON|DEPRECATED)$/),
      })
    }
  })

  test('another method there is code 12, another asset too', async () => {
    const posted = await fetch(`${node.url}/v1/open-platform/assets/permission`, { method: 'POST' })
    expect([posted.status, await posted.json()]).toMatchObject([501, { code: 12 }])
    const other = await fetch(`${node.url}/v1/open-platform/assets/city`)
    expect([other.status, await other.json()]).toMatchObject([501, { code: 12 }])
  })
})
