import { afterAll, beforeAll, expect, test } from 'vitest'
import { addSendingApp } from '../../testing/sending-app.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../testing/webhook-receiver.ts'
import { createLog } from '../log.ts'

const SECRET = 'in-the-query-of-the-url'
const TEXT = 'a text between two people'
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

let node: TestServer
let receiver: WebhookReceiver
const lines: Record<string, unknown>[] = []

beforeAll(async () => {
  receiver = await startWebhookReceiver((_call, index) => (index === 0 ? 200 : 422))
  node = await startTestServer({
    log: createLog({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } }),
  })
})
afterAll(async () => {
  await node.close()
  await receiver.close()
})

const attempts = () => lines.filter(({ event }) => event === 'delivery_attempt')

test('every attempt is one line under names that stay, and holds no text, URL or secret', async () => {
  const app = await addSendingApp(node, { eventsUrl: `${receiver.url}?key=${SECRET}` })
  await app.send(TEXT, { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` })
  await waitFor(() => attempts().length === 1)
  await app.send(TEXT)
  await waitFor(() => attempts().length === 2)
  const [first, second] = attempts()
  expect(first).toEqual({
    level: 30,
    time: expect.any(String),
    msg: 'delivery attempt',
    event: 'delivery_attempt',
    nodeId: expect.any(String),
    deliveryId: expect.any(Number),
    webhookId: receiver.received[0]?.headers['webhook-id'],
    endpointId: app.app.endpointId,
    conversationId: app.conversationId,
    eventType: 'NEW_MESSAGE',
    attempt: 1,
    replay: false,
    outcome: 'delivered',
    reason: null,
    status: 200,
    error: null,
    stage: null,
    durationMs: expect.any(Number),
    firstByteMs: expect.any(Number),
    acceptToFirstByteMs: expect.any(Number),
    delayMs: 0,
    traceId: TRACE,
  })
  for (const name of ['durationMs', 'firstByteMs', 'acceptToFirstByteMs']) {
    expect(first?.[name], name).toSatisfy(Number.isInteger)
  }
  expect(second).toMatchObject({ outcome: 'dead', reason: 'status_422', status: 422 })
  expect(second?.traceId, 'of a trace of its own').toMatch(/^(?!4bf92f35)[0-9a-f]{32}$/)
  const all = JSON.stringify(lines)
  for (const secret of [SECRET, TEXT, receiver.url, 'whsec_', 'identification-key'])
    expect(all).not.toContain(secret)
})

test('an attempt that fails before it is sent tells where it failed, and nothing of the URL', async () => {
  await receiver.close()
  lines.length = 0
  const app = await addSendingApp(node, { eventsUrl: `${receiver.url}?key=${SECRET}` })
  await app.send(TEXT)
  const failed = await waitFor(() => attempts()[0])
  expect(failed).toMatchObject({ outcome: 'retry', status: null, stage: 'connect', attempt: 1 })
  expect(failed.delayMs).toBeGreaterThan(0)
  for (const part of [SECRET, receiver.url]) expect(JSON.stringify(failed)).not.toContain(part)
})
