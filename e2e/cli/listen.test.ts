import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DevelopmentHello } from '../../packages/cli/src/development-shapes.ts'
import { openDevelopmentMarketplace } from '../../packages/server/src/host/development-marketplace.ts'
import { hostClient } from '../../packages/server/testing/host-client.ts'
import { createTestDatabase, type TestDatabase } from '../../packages/server/testing/test-database.ts'
import { startTestServer, type TestServer } from '../../packages/server/testing/test-server.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import {
  startWebhookReceiver,
  type WebhookAnswer,
  type WebhookReceiver,
} from '../../packages/server/testing/webhook-receiver.ts'
import { charsu, startCharsu } from './charsu.ts'
import { putApp } from './put-app.ts'

let database: TestDatabase
let node: TestServer
let app: WebhookReceiver
let answer: WebhookAnswer = 200
let apiKey: string

beforeAll(async () => {
  database = await createTestDatabase()
  node = await startTestServer({ database })
  await openDevelopmentMarketplace(node.db)
  app = await startWebhookReceiver(() => answer)
  const made = await putApp(node.url, 'heard', { url: new URL(app.url).origin })
  apiKey = made.api_key
  await putApp(node.url, 'other', { url: new URL(app.url).origin })
})
afterAll(async () => {
  await node.close()
  await app.close()
  await database.drop()
})
beforeEach(() => {
  answer = 200
  app.received.length = 0
})

const trigger = async (slug: string, text: string): Promise<void> => {
  const body = { type: 'NEW_MESSAGE', metadata: { text } }
  await fetch(`${node.url}/dev/v1/apps/${slug}/trigger`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ call: 'event', body }),
  })
}
const LINE = (path: string, status: string) =>
  new RegExp(`^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} [→←] \\w+ +(POST|GET ) ${path} +${status} +\\d+ ms `, 'm')

test('calls both ways as aligned lines, those that failed with cause and fix', async () => {
  await using listening = startCharsu(['listen', '--url', node.url])
  await listening.says(/Listening to/)
  await trigger('heard', 'one')
  await listening.says(LINE('/charsu/events', '200'))
  await fetch(`${node.url}/v1/open-platform/finder/post/demo_flat`, { headers: { 'x-api-key': apiKey } })
  await listening.says(LINE('/v1/open-platform/finder/post/demo_flat', '200'))
  await fetch(`${node.url}/v1/open-platform/finder/post/nowhere`, { headers: { 'x-api-key': apiKey } })
  await listening.says(LINE('/v1/open-platform/finder/post/nowhere', '404'))
  await listening.says(/^ {13}\S.*post/m)
  answer = 500
  await trigger('heard', 'two')
  await listening.says(/^ {13}the app answered 500\n {13}The app failed: look at its output\.$/m)
  const columns = [...listening.said().matchAll(/^\d\d:.* (?=\d{3} +\d+ ms)/gm)].map(([line]) => line.length)
  expect(new Set(columns).size).toBe(1)
  listening.kill('SIGINT')
  expect((await listening.ended).code).toBe(0)
})

test('scripts get each exchange as one line of JSON, of the app that they asked for, with nothing else', async () => {
  await using listening = startCharsu(['listen', '--json', '--app', 'heard', '--url', node.url])
  await listening.says(/Listening to/)
  await trigger('other', 'not for us')
  await trigger('heard', 'سلام\u001b[31m')
  await listening.says(/^\{.*\}$/m)
  listening.kill('SIGTERM')
  const { out } = await listening.ended
  const records = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(records).toEqual([expect.objectContaining({ app: 'heard', kind: 'trigger', direction: 'to_app' })])
  expect(records[0].request.body).toContain('سلام')
})

test('bodies are shown when they are asked for, and do nothing to the terminal', async () => {
  await using listening = startCharsu(['listen', '--body', '--url', node.url])
  await listening.says(/Listening to/)
  answer = { status: 200, body: '\u001b]0;title\u0007ok' }
  await trigger('heard', 'with body')
  await listening.says(/^ {13}sent +\{.*with body.*\}$/m)
  await listening.says(/^ {13}answered .*ok$/m)
  expect(listening.said()).not.toContain('\u001b')
})

test('a restart of Charsu is survived without a call lost or shown twice', async () => {
  await using listening = startCharsu(['listen', '--json', '--app', 'heard', '--url', node.url])
  await listening.says(/Listening to/)
  await trigger('heard', 'before')
  await listening.says(/before/)
  const { port } = new URL(node.url)
  await node.close()
  await listening.says(/the stream was lost/)
  node = await startTestServer({ database, config: { port: Number(port) } })
  await trigger('heard', 'meanwhile')
  await listening.says(/meanwhile/)
  await trigger('heard', 'after')
  await listening.says(/Listening again/)
  await listening.says(/after/)
  listening.kill('SIGINT')
  const { out } = await listening.ended
  const texts = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(JSON.parse(line).request.body).metadata.text)
  expect(texts).toEqual(['before', 'meanwhile', 'after'])
}, 60_000)

test('whoever reads only the beginning ends it without a complaint', async () => {
  await using listening = startCharsu(['listen', '--json', '--url', node.url])
  await listening.says(/Listening to/)
  listening.process.stdout?.destroy()
  await trigger('heard', 'nobody reads this')
  await trigger('heard', 'nor this')
  const { code, err } = await listening.ended
  expect(code).toBe(0)
  expect(err).not.toContain('EPIPE')
})

test('a delivery is sent once more, with the same body', async () => {
  const hello = (await (await fetch(`${node.url}/dev/v1`)).json()) as DevelopmentHello
  const chat = await fetch(`${node.url}/dev/login?return_to=/chat/addon_heard`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: node.url },
    body: new URLSearchParams({ user: hello.people[0]?.host_id ?? '', return_to: '/chat/addon_heard' }),
  })
  const cookie = chat.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
  const opened = await fetch(`${node.url}/chat/addon_heard`, { redirect: 'manual', headers: { cookie } })
  const conversationId = opened.headers.get('location')?.split('/').at(-1) ?? ''
  const host = hostClient(node)
  await host('GET', '/apps')
  const said = await fetch(`${node.url}/me/v1/conversations/${conversationId}/messages`, {
    method: 'POST',
    headers: { cookie, origin: node.url, 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'once and again' }),
  })
  expect(said.status).toBeLessThan(300)
  const id = await waitFor(async () => {
    const { records } = (await (await fetch(`${node.url}/dev/v1/traffic?app=heard`)).json()) as {
      records: { refs: { delivery_id?: string; event_type?: string } }[]
    }
    return records.find(({ refs }) => refs.event_type === 'NEW_CHATBOT_MESSAGE')?.refs.delivery_id
  })
  const { code, out } = await charsu(['replay', id, '--url', node.url])
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(new RegExp(`^Queued: delivery ${id} goes out again`)),
  ])
  await waitFor(() => app.received.length >= 2)
  const [first, second] = app.received
  expect(second?.body).toBe(first?.body)
})

test('a delivery that is not there is said to be none, with where ids are seen', async () => {
  const { code, err } = await charsu(['replay', '999999', '--url', node.url])
  expect([code, err]).toEqual([1, expect.stringContaining('there is no such delivery')])
  for (const id of ['x', '../../host/v1/apps']) {
    const wrong = await charsu(['replay', id, '--url', node.url])
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('is no id of a delivery')])
    expect(wrong.err).toContain('"charsu listen" shows')
  }
})
