import { expect, test } from 'vitest'
import { startTestServer } from '../../testing/test-server.ts'

test('where the bot’s developer is not there, switching it on says so and changes nothing', async () => {
  await using node = await startTestServer({ config: { dispatcher: false } })
  const put = (enabled: boolean) =>
    fetch(`${node.url}/dev/v1/demo-bot`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ enabled }),
    })
  expect((await put(false)).status).toBe(200)
  const refused = await put(true)
  expect([refused.status, await refused.json()]).toEqual([
    404,
    expect.objectContaining({ message: expect.stringContaining('POST /host/v1/users') }),
  ])
  const state = await (await fetch(`${node.url}/dev/v1/demo-bot`)).json()
  expect(state).toMatchObject({ enabled: false, connected: false })
})
