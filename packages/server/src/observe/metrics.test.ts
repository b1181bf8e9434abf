import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSamples, type Sample, sampleOf } from '../../testing/metric-values.ts'
import { addSendingApp, type SendingApp } from '../../testing/sending-app.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../testing/webhook-receiver.ts'
import { renderTogether } from './render-metrics.ts'

let node: TestServer
let receiver: WebhookReceiver
let app: SendingApp

beforeAll(async () => {
  receiver = await startWebhookReceiver((_call, index) => (index === 1 ? 422 : 200))
  node = await startTestServer()
  app = await addSendingApp(node, { eventsUrl: receiver.url })
})
afterAll(async () => {
  await node.close()
  await receiver.close()
})

const scrape = async (): Promise<Sample[]> => readSamples(await (await fetch(`${node.url}/metrics`)).text())

describe('after a few messages the metrics tell', () => {
  let samples: Sample[]
  const value = (name: string, labels?: Record<string, string>) => sampleOf(samples, name, labels)

  beforeAll(async () => {
    for (const text of ['delivered', 'refused', 'delivered']) {
      await app.send(text)
      await waitFor(async () => {
        const { rows } = await node.database.pool.query('select 1 from delivery_queue')
        return rows.length === 0
      })
    }
    await fetch(`${node.url}/v2/open-platform/conversations/x/messages`, { method: 'POST' })
    await fetch(`${node.url}/there/is/nothing/${app.app.id}`)
    samples = await scrape()
  })

  test('attempts by outcome and by what came back', () => {
    expect(value('charsu_delivery_attempts_total', { outcome: 'delivered', result: '2xx' })).toBe(2)
    expect(value('charsu_delivery_attempts_total', { outcome: 'dead', result: '4xx' })).toBe(1)
    expect(value('charsu_delivery_attempt_duration_seconds_count')).toBe(3)
  })

  test('the time from acceptance to the first byte, first attempts told apart', () => {
    const name = 'charsu_delivery_accept_to_first_byte_seconds'
    expect(value(`${name}_count`, { attempt: 'first' })).toBe(3)
    const bounds = samples.filter((sample) => sample.name === `${name}_bucket`).map(({ labels }) => labels.le)
    expect([bounds[0], bounds.at(-2), bounds.at(-1)]).toEqual(['0.005', '600', '+Inf'])
  })

  test('how many messages were stored by one commit', () => {
    expect(value('charsu_group_commit_messages_count')).toBe(3)
    expect(value('charsu_group_commit_messages_sum')).toBe(3)
  })

  test('what waits, and how the endpoints stand', () => {
    expect(value('charsu_deliveries_in_flight')).toBe(0)
    expect(value('charsu_nodes')).toBe(1)
    expect(value('charsu_outbound_connections')).toEqual(expect.any(Number))
    expect(value('charsu_outbound_origins')).toEqual(expect.any(Number))
    expect(value('charsu_delivery_oldest_due_age_seconds')).toBe(0)
    expect(value('charsu_delivery_unserved_due_age_seconds')).toBe(0)
    expect(value('charsu_deliveries_open')).toEqual(expect.any(Number))
    expect(value('charsu_endpoints', { state: 'closed' })).toBe(1)
    expect(value('charsu_endpoints', { state: 'disabled' })).toBe(0)
  })

  test('the way to the database', () => {
    expect(value('charsu_database_up')).toBe(1)
    expect(value('charsu_database_pool_wait_seconds_count')).toBeGreaterThan(3)
    expect(value('charsu_database_pool_waiting')).toBe(0)
  })

  test('requests by operation and class of status', () => {
    const operation = 'ChatAPI_ConversationSendMessage'
    expect(value('charsu_http_requests_total', { operation, status: '2xx' })).toBe(3)
    expect(value('charsu_http_requests_total', { operation, status: '4xx' })).toBe(1)
    expect(value('charsu_http_requests_total', { operation: 'none', status: '4xx' })).toBe(1)
    expect(value('charsu_http_request_duration_seconds_count', { operation })).toBe(4)
  })

  test('the process and its event loop', () => {
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(1e6)
    expect(value('nodejs_eventloop_lag_p99_seconds')).toEqual(expect.any(Number))
  })

  test('and no label holds an app, a conversation, a person or a URL', () => {
    const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)))
    expect(
      [...labels].filter((label) => !['le', 'type', 'space', 'kind', 'version'].includes(label)).toSorted(),
    ).toEqual(['attempt', 'major', 'minor', 'operation', 'outcome', 'patch', 'result', 'state', 'status'])
    const text = JSON.stringify(samples)
    for (const id of [app.app.id, app.app.slug, app.app.endpointId, app.conversationId, receiver.url])
      expect(text).not.toContain(id)
  })
})

test('a stream that its reader leaves counts as answered', async () => {
  const stop = new AbortController()
  const stream = await fetch(`${node.url}/me/v1/stream`, {
    headers: { cookie: app.seller.cookie },
    signal: stop.signal,
  })
  expect(stream.status).toBe(200)
  stop.abort()
  const seen = await waitFor(async () =>
    (await scrape()).find(
      ({ name, labels }) => name === 'charsu_http_requests_total' && labels.operation?.includes('Stream'),
    ),
  )
  expect(seen.labels.status).toBe('2xx')
})

describe('the metrics of several processes of one machine', () => {
  test('are added up, but what is the same for all is taken once', async () => {
    const own = await node.server.metrics()
    // As it comes from another process.
    const sent = JSON.parse(JSON.stringify(own)) as typeof own
    const [one, two] = [await renderTogether([own]), await renderTogether([own, sent])].map(readSamples)
    const both = (name: string, labels?: Record<string, string>) => [
      sampleOf(one ?? [], name, labels),
      sampleOf(two ?? [], name, labels),
    ]
    expect(both('charsu_group_commit_messages_count')).toEqual([3, 6])
    expect(both('charsu_group_commit_messages_bucket', { le: '+Inf' })).toEqual([3, 6])
    expect(both('charsu_delivery_attempts_total', { outcome: 'dead' })).toEqual([1, 2])
    expect(both('charsu_endpoints', { state: 'closed' })).toEqual([1, 1])
    expect(both('charsu_database_up')).toEqual([1, 1])
    expect(both('charsu_info')).toEqual([1, 1])
  })

  test('are what a process with siblings answers', async () => {
    const siblings = { siblingMetrics: async () => [await node.server.metrics()] }
    await using other = await startTestServer({ database: node.database, deps: siblings })
    const samples = readSamples(await (await fetch(`${other.url}/metrics`)).text())
    expect(sampleOf(samples, 'charsu_group_commit_messages_count')).toBe(3)
    expect(sampleOf(samples, 'charsu_endpoints', { state: 'closed' })).toBe(1)
  })
})
