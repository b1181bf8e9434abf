import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addMessage, grid } from '../../testing/click-fixture.ts'
import { startClickedApp } from '../../testing/clicked-app.ts'
import { readSamples, sampleOf } from '../../testing/metric-values.ts'
import { addSendingApp, type SendingApp } from '../../testing/sending-app.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import {
  type CollectedSpan,
  startTraceCollector,
  type TraceCollector,
} from '../../testing/trace-collector.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../testing/webhook-receiver.ts'
import type { Config } from '../config.ts'
import { createLog } from '../log.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const APP_SPAN = '00f067aa0ba902b7'
const SERVER = 2
const CLIENT = 3

const traceparentOf = (received: { headers: Record<string, unknown> } | undefined): string[] =>
  String(received?.headers.traceparent ?? '').split('-')

/** A click on the one button of a message, by the seller. */
async function click(node: TestServer, app: SendingApp, headers: Record<string, string>): Promise<Response> {
  const messageId = await addMessage(node.db, {
    conversationId: app.conversationId,
    senderId: app.seller.id,
    appId: app.app.id,
    sender_buttons: grid([{ open_server_link: { data: {} } }]),
  })
  return fetch(`${node.url}/me/v1/conversations/${app.conversationId}/messages/${messageId}/click`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: app.seller.cookie, origin: node.url, ...headers },
    body: JSON.stringify({ row: 0, column: 0 }),
  })
}

describe('with a collector', () => {
  let collector: TraceCollector
  let receiver: WebhookReceiver
  let node: TestServer
  let app: SendingApp

  beforeAll(async () => {
    collector = await startTraceCollector()
    receiver = await startWebhookReceiver(({ text }) => (text === 'an answer' ? 503 : 200))
    node = await startTestServer({ config: { tracesUrl: collector.url } })
    app = await addSendingApp(node, { eventsUrl: receiver.url })
  })
  afterAll(async () => {
    await node.close()
    await receiver.close()
    await collector[Symbol.asyncDispose]()
  })

  const span = (found: (span: CollectedSpan) => boolean): Promise<CollectedSpan> =>
    waitFor(() => collector.spans.find(found))

  test('an app’s request, the delivery and the app’s answer to it are one trace, parent to child', async () => {
    await app.send('hello', { traceparent: `00-${TRACE}-${APP_SPAN}-01` })
    await waitFor(() => receiver.received.length === 1)
    const [version, traceId, attemptSpanId, flags] = traceparentOf(receiver.received[0])
    expect([version, traceId, flags]).toEqual(['00', TRACE, '01'])
    // The app answers the event with a message of its own, and goes on with the trace that came with it.
    await app.send('an answer', { traceparent: `00-${TRACE}-${attemptSpanId}-01` })

    const isServer = ({ kind, traceId }: CollectedSpan) => kind === SERVER && traceId === TRACE
    const request = await span((each) => isServer(each) && each.parentSpanId === APP_SPAN)
    const attempt = await span(({ spanId }) => spanId === attemptSpanId)
    const answer = await span((each) => isServer(each) && each.parentSpanId === attemptSpanId)
    expect(attempt).toMatchObject({ kind: CLIENT, traceId: TRACE, parentSpanId: request.spanId })
    expect(request).toMatchObject({
      name: 'POST /v2/open-platform/conversations/:conversation_id/messages',
      attributes: {
        'http.route': '/v2/open-platform/conversations/:conversation_id/messages',
        'http.response.status_code': 200,
        'charsu.operation': 'ChatAPI_ConversationSendMessage',
      },
      resource: { 'service.name': 'charsu' },
    })
    expect(attempt).toMatchObject({
      name: 'deliver NEW_MESSAGE',
      status: {},
      attributes: {
        'charsu.webhook.id': receiver.received[0]?.headers['webhook-id'],
        'charsu.delivery.attempt': 1,
        'charsu.event.type': 'NEW_MESSAGE',
        'charsu.delivery.outcome': 'delivered',
        'http.response.status_code': 200,
      },
    })
    expect(answer.traceId).toBe(TRACE)
  })

  test('an attempt that failed says so', async () => {
    const failed = await span(({ attributes }) => attributes['charsu.delivery.outcome'] === 'retry')
    expect(failed).toMatchObject({ status: { code: 2 }, attributes: { 'http.response.status_code': 503 } })
  })

  test('a request without a trace begins one, and its webhook goes on with it', async () => {
    const other = await addSendingApp(node, { eventsUrl: receiver.url })
    await other.send('of no trace', { traceparent: 'not-a-traceparent' })
    const webhook = await waitFor(() => receiver.received.find(({ text }) => text === 'of no trace'))
    const [, traceId, spanId] = traceparentOf(webhook)
    expect(traceId).not.toBe(TRACE)
    const attempt = await span((each) => each.spanId === spanId)
    const request = await span((each) => each.spanId === attempt.parentSpanId)
    expect([request.traceId, request.kind, request.parentSpanId ?? '']).toEqual([traceId, SERVER, ''])
  })

  test('what the caller does not record is not sent here either, but its context is passed on', async () => {
    const quiet = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
    const other = await addSendingApp(node, { eventsUrl: receiver.url })
    await other.send('unrecorded', { traceparent: `00-${quiet}-${APP_SPAN}-00` })
    const webhook = await waitFor(() => receiver.received.find(({ text }) => text === 'unrecorded'))
    const [, traceId, , flags] = traceparentOf(webhook)
    expect([traceId, flags]).toEqual([quiet, '00'])
    await other.send('recorded', { traceparent: `00-${'b'.repeat(32)}-${APP_SPAN}-01` })
    await span(({ traceId }) => traceId === 'b'.repeat(32))
    expect(collector.spans.filter(({ traceId }) => traceId === quiet)).toEqual([])
  })

  test('a click’s call to the app is a child of the click', async () => {
    const clicked = await startClickedApp(() => ({ body: { url: 'https://app.example/' } }))
    const opener = await addSendingApp(node, {
      eventsUrl: receiver.url,
      sessionInitializationUrl: clicked.url,
    })
    const trace = 'cccccccccccccccccccccccccccccccc'
    const answer = await click(node, opener, { traceparent: `00-${trace}-${APP_SPAN}-01` })
    expect(answer.status).toBe(200)
    const [, traceId, spanId] = traceparentOf(clicked.received[0])
    expect(traceId).toBe(trace)
    const call = await span((each) => each.spanId === spanId)
    expect(call).toMatchObject({ kind: CLIENT, name: 'ask session initialization' })
    const request = await span((each) => each.spanId === call.parentSpanId)
    expect(request.parentSpanId).toBe(APP_SPAN)
    await clicked.close()
  })

  test('spans hold no text of a message, no address and no secret', async () => {
    await span(({ name }) => name === 'ask session initialization')
    const all = JSON.stringify(collector.spans)
    for (const secret of ['hello', 'an answer', 'of no trace', receiver.url, app.app.key, app.conversationId])
      expect(all).not.toContain(secret)
  })
})

test('what is left is sent when the node stops', async () => {
  await using collector = await startTraceCollector()
  const node = await startTestServer({ config: { tracesUrl: collector.url, dispatcher: false } })
  await fetch(`${node.url}/completion`)
  await node.close()
  expect(collector.spans.map(({ name }) => name)).toEqual(['GET /completion'])
})

test('a collector that takes nothing is said once, counted, and keeps nobody from anything', async () => {
  const lines: { msg: string }[] = []
  await using collector = await startTraceCollector(() => 400)
  const node = await startTestServer({
    config: { tracesUrl: collector.url, dispatcher: false },
    log: createLog({ level: 'warn', destination: { write: (line) => void lines.push(JSON.parse(line)) } }),
  })
  await fetch(`${node.url}/completion`)
  const scrape = async () => readSamples(await (await fetch(`${node.url}/metrics`)).text())
  await waitFor(async () => sampleOf(await scrape(), 'charsu_trace_spans_total', { result: 'lost' }))
  await node.close()
  expect(lines.map(({ msg }) => msg)).toEqual(['the collector of traces takes no spans; they are lost'])
})

/** Where nothing traces at all. */
const PRODUCTION: Partial<Config> = {
  mode: 'production',
  publicUrl: 'https://charsu.example',
  egressAllow: ['127.0.0.0/8'],
}

describe('without a collector', () => {
  test('a caller’s trace context reaches the app as it came, and one that is not valid does not', async () => {
    await using receiver = await startWebhookReceiver()
    await using node = await startTestServer({ config: PRODUCTION })
    const app = await addSendingApp(node, { eventsUrl: receiver.url })
    await app.send('traced', { traceparent: `00-${TRACE}-${APP_SPAN}-01` })
    await app.send('broken', { traceparent: `00-${TRACE}-${APP_SPAN}` })
    await app.send('plain')
    await waitFor(() => receiver.received.length === 3)
    expect(receiver.received.map(({ headers }) => headers.traceparent)).toEqual([
      `00-${TRACE}-${APP_SPAN}-01`,
      undefined,
      undefined,
    ])
  })

  test('a click’s call to the app goes on with its trace, or begins one, on a development node', async () => {
    const clicked = await startClickedApp(() => ({ body: { url: 'https://app.example/' } }))
    await using node = await startTestServer({ config: { dispatcher: false } })
    const app = await addSendingApp(node, {
      eventsUrl: clicked.url,
      sessionInitializationUrl: clicked.url,
    })
    await click(node, app, { traceparent: `00-${TRACE}-${APP_SPAN}-01` })
    await click(node, app, {})
    const [traced, plain] = clicked.received.map((received) => traceparentOf(received))
    expect(traced).toEqual(['00', TRACE, expect.not.stringMatching(APP_SPAN), '01'])
    expect(plain?.[1]).toMatch(/^(?!4bf92f35)[0-9a-f]{32}$/)
    await clicked.close()
  })

  test('so do its deliveries, each attempt under a span of its own', async () => {
    await using receiver = await startWebhookReceiver()
    await using node = await startTestServer()
    const app = await addSendingApp(node, { eventsUrl: receiver.url })
    await app.send('traced', { traceparent: `00-${TRACE}-${APP_SPAN}-00` })
    await app.send('plain')
    await waitFor(() => receiver.received.length === 2)
    const [traced, plain] = receiver.received.map((received) => traceparentOf(received))
    expect(traced).toEqual(['00', TRACE, expect.not.stringMatching(APP_SPAN), '00'])
    expect(plain?.[1]).not.toBe(TRACE)
    expect(plain?.[3], 'an app that traces records its part').toBe('01')
  })
})
