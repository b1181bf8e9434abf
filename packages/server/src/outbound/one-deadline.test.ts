import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { useOutboundBed } from '../../testing/outbound-bed.ts'
import { MAX_ANSWER_BYTES } from './call-app.ts'

const { outbound, listen, serve, hook } = useOutboundBed()

test('an app that never answers ends at the deadline', async () => {
  const url = await serve(() => {})
  expect(await outbound().call(hook(url, 100))).toMatchObject({
    kind: 'failure',
    stage: 'timeout',
    reason: expect.stringContaining('waiting for the answer'),
  })
})

test('an answer that drips byte by byte ends at the same one deadline, and its connection is closed', async () => {
  let closed: Promise<unknown> | undefined
  const url = await serve((_request, response) => {
    response.writeHead(200)
    const drip = setInterval(() => response.write('x'), 10)
    closed = once(response, 'close').finally(() => clearInterval(drip))
  })
  expect(await outbound().call(hook(url, 200))).toMatchObject({
    kind: 'failure',
    stage: 'timeout',
    reason: expect.stringContaining('reading the answer'),
  })
  await closed
})

test('of a huge answer 16 KiB are kept and the rest is not read', async () => {
  let closed: Promise<unknown> | undefined
  const url = await serve((_request, response) => {
    closed = once(response, 'close')
    response.writeHead(200)
    const pour = () => {
      while (response.write(Buffer.alloc(64 * 1024, 'x')));
      response.once('drain', pour)
    }
    pour()
  })
  const outcome = await outbound().call(hook(url))
  expect(outcome).toMatchObject({ kind: 'answer', status: 200, truncated: true })
  expect(outcome.kind === 'answer' && outcome.body.length).toBe(MAX_ANSWER_BYTES)
  await closed
})

test('an answer of exactly the limit is whole', async () => {
  const url = await serve((_request, response) => response.end('12345'))
  expect(await outbound().call({ ...hook(url), maxAnswerBytes: 5 })).toMatchObject({ truncated: false })
  expect(await outbound().call({ ...hook(url), maxAnswerBytes: 4 })).toMatchObject({ truncated: true })
})

test('a look-up that never ends is inside the deadline', async () => {
  const client = outbound(() => new Promise(() => {}))
  expect(await client.call(hook('http://hanging.test/', 100))).toMatchObject({
    kind: 'failure',
    stage: 'timeout',
    reason: expect.stringContaining('connecting'),
  })
})

test('a TLS handshake that never ends is inside the deadline', async () => {
  const silent = net.createServer((socket) => socket.on('error', () => {}).resume())
  const port = await listen(silent)
  const client = outbound(async () => ['127.0.0.2'])
  expect(await client.call(hook(`https://app.test:${port}`, 100))).toMatchObject({
    kind: 'failure',
    stage: 'timeout',
    reason: expect.stringContaining('connecting'),
  })
})

test('headers that never end are inside the deadline', async () => {
  const slow = net.createServer((socket) => {
    const drip = setInterval(() => socket.write('x-more: 1\r\n'), 10)
    socket.on('error', () => {}).once('close', () => clearInterval(drip))
    socket.resume().write('HTTP/1.1 200 OK\r\n')
  })
  expect(await outbound().call(hook(`http://127.0.0.2:${await listen(slow)}`, 200))).toMatchObject({
    kind: 'failure',
    stage: 'timeout',
  })
})

test('it is one for all: what the look-up, the headers and the body each take is counted together', async () => {
  const third = 150
  const url = new URL(
    await serve(async (_request, response) => {
      await delay(third)
      response.writeHead(200).write('begun')
      await delay(third)
      response.end()
    }),
  )
  const client = outbound(async () => {
    await delay(third)
    return ['127.0.0.2']
  })
  const call = hook(`http://slow.test:${url.port}/`, 2.5 * third)
  expect(await client.call(call)).toMatchObject({ kind: 'failure', stage: 'timeout' })
})
