import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { expect, test } from 'vitest'
import { useOutboundBed } from '../../testing/outbound-bed.ts'
import { SELF_SIGNED_CERTIFICATE, SELF_SIGNED_KEY } from '../../testing/self-signed-certificate.ts'
import { waitFor } from '../../testing/wait-for.ts'

const { outbound, listen, serve, hook } = useOutboundBed()

test('an answer comes back with status, headers, body and timing', async () => {
  const url = await serve((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      response.setHeader('set-cookie', ['a=1', 'b=2'])
      response.writeHead(201).end(`${request.method} ${request.url} ${request.headers['x-test']} ${body}`)
    })
  })
  const outcome = await outbound().call(hook(`${url}/hook?x=1`))
  expect(outcome).toMatchObject({
    kind: 'answer',
    status: 201,
    headers: { 'set-cookie': 'a=1, b=2' },
    truncated: false,
    ms: expect.any(Number),
    firstByteMs: expect.any(Number),
  })
  expect(outcome.kind === 'answer' && outcome.body.toString()).toBe('POST /hook?x=1 1 {"a":1}')
})

test('connections are kept for the next calls to the same app', async () => {
  const ports = new Set<number | undefined>()
  const url = await serve((request, response) => {
    ports.add(request.socket.remotePort)
    response.end()
  })
  const client = outbound()
  for (let call = 0; call < 10; call++) await client.call(hook(url))
  // The client opens a second one when a call follows in the very turn the last one ended.
  expect(ports.size).toBeLessThanOrEqual(2)
})

test('a redirect is an answer and is not followed', async () => {
  const paths: (string | undefined)[] = []
  const url = await serve((request, response) => {
    paths.push(request.url)
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  expect(await outbound().call(hook(`${url}/hook`))).toMatchObject({ kind: 'answer', status: 302 })
  expect(paths).toEqual(['/hook'])
})

test('a connection that breaks inside the answer is a reset', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.socket?.destroy())
  })
  expect(await outbound().call(hook(url))).toMatchObject({ kind: 'failure', stage: 'reset' })
})

test('an answer that is not HTTP is a protocol failure', async () => {
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n'))
  })
  const outcome = await outbound().call(hook(`http://127.0.0.2:${await listen(server)}`))
  expect(outcome).toMatchObject({ kind: 'failure', stage: 'protocol' })
})

test('a closed port is a failure to connect', async () => {
  const server = net.createServer()
  const port = await listen(server)
  server.close()
  expect(await outbound().call(hook(`http://127.0.0.2:${port}`))).toMatchObject({
    kind: 'failure',
    stage: 'connect',
    reason: expect.stringContaining('ECONNREFUSED'),
  })
})

const serveTls = (): Promise<number> =>
  listen(
    https.createServer({ key: SELF_SIGNED_KEY, cert: SELF_SIGNED_CERTIFICATE }, (_request, response) =>
      response.end(),
    ),
  )

test('a certificate that nobody vouches for is refused', async () => {
  const port = await serveTls()
  const outcome = await outbound(async () => ['127.0.0.2']).call(hook(`https://app.test:${port}`))
  expect(outcome).toMatchObject({
    kind: 'failure',
    stage: 'tls',
    reason: expect.stringContaining('self-signed'),
  })
})

test('a certificate of an authority that the operator trusts is taken, for its own name alone', async () => {
  const port = await serveTls()
  const client = outbound(async () => ['127.0.0.2'], { authorities: [SELF_SIGNED_CERTIFICATE] })
  expect(await client.call(hook(`https://app.test:${port}`))).toMatchObject({ kind: 'answer', status: 200 })
  expect(await client.call(hook(`https://other.test:${port}`))).toMatchObject({
    kind: 'failure',
    stage: 'tls',
    reason: expect.stringContaining('other.test'),
  })
})

test('https to a port that speaks plain HTTP is a TLS failure', async () => {
  const url = await serve((_request, response) => response.end())
  expect(await outbound().call(hook(url.replace('http:', 'https:')))).toMatchObject({ stage: 'tls' })
})

test('a literal private address is refused before anything is dialled', async () => {
  const client = outbound()
  expect(await client.call(hook('http://127.0.0.3:9/'))).toMatchObject({ kind: 'failure', stage: 'guard' })
  expect(client.warnings).toHaveLength(1)
  expect(await client.call(hook('http://user:pw@127.0.0.2/'))).toMatchObject({
    kind: 'failure',
    stage: 'url',
  })
})

test('a port that is not allowed is refused before anything is dialled, at every call', async () => {
  const url = await serve((_request, response) => response.end())
  const port = Number(new URL(url).port)
  expect(await outbound(undefined, { ports: [{ from: port, to: port }] }).call(hook(url))).toMatchObject({
    kind: 'answer',
  })
  const client = outbound(undefined, {
    ports: [
      { from: 80, to: 80 },
      { from: 1, to: 79 },
    ],
  })
  expect(await client.call(hook(url))).toMatchObject({
    kind: 'failure',
    stage: 'guard',
    reason: expect.stringContaining(`port ${port}; use one of 80, 1 to 79`),
  })
  expect(client.warnings).toHaveLength(1)
})

test('nothing is kept of an origin that is not called any more, whether it answered, broke or refused', async () => {
  const answering = new URL(await serve((_request, response) => response.end()))
  const breaking = new URL(await serve((request) => request.socket.destroy()))
  const gone = net.createServer()
  const refused = await listen(gone)
  gone.close()
  const client = outbound(async () => ['127.0.0.2'], { keepIdleMs: 10 })
  const ports = [answering.port, breaking.port, refused]
  const calls = Array.from({ length: 60 }, (_, i) => client.call(hook(`http://h${i}.test:${ports[i % 3]}/`)))
  const kinds = (await Promise.all(calls)).map((outcome) => outcome.kind)
  expect(kinds.filter((kind) => kind === 'answer')).toHaveLength(20)
  await waitFor(() => client.held().origins === 0)
  expect(client.held()).toEqual({ origins: 0, connections: 0 })
})

test('calls at once to one app each get a connection, and they end when they are idle', async () => {
  const arrived: http.ServerResponse[] = []
  const url = await serve((_request, response) => {
    arrived.push(response)
    if (arrived.length === 20) for (const waiting of arrived) waiting.end()
  })
  const client = outbound(undefined, { keepIdleMs: 10 })
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => client.call(hook(url))))
  expect(outcomes.every((outcome) => outcome.kind === 'answer')).toBe(true)
  await waitFor(() => client.held().connections === 0)
})

test('an app cannot bind a connection by promising to keep it', async () => {
  const url = await serve((_request, response) => {
    response.setHeader('keep-alive', 'timeout=86400')
    response.end()
  })
  const client = outbound(undefined, { keepIdleMs: 10 })
  expect(await client.call(hook(url))).toMatchObject({ kind: 'answer' })
  await waitFor(() => client.held().origins === 0)
})

test('a name that turns from public to private between two calls is refused at the second', async () => {
  const port = await listen(
    http.createServer((_request, response) => response.writeHead(200, { connection: 'close' }).end()),
  )
  let reachedPrivate = false
  const inside = http.createServer((_request, response) => {
    reachedPrivate = true
    response.end()
  })
  await listen(inside, '127.0.0.3', port)
  const answers = [['127.0.0.2'], ['127.0.0.3']]
  const client = outbound(async () => answers.shift() ?? [])
  const call = hook(`http://rebinding.test:${port}/`)
  expect(await client.call(call)).toMatchObject({ kind: 'answer', status: 200 })
  expect(await client.call(call)).toMatchObject({
    kind: 'failure',
    stage: 'guard',
    reason: expect.stringContaining('127.0.0.3'),
  })
  expect(reachedPrivate).toBe(false)
})

test('of several addresses only the allowed ones are dialled', async () => {
  const port = await listen(http.createServer((_request, response) => response.end()))
  const client = outbound(async () => ['127.0.0.3', '127.0.0.2'])
  expect(await client.call(hook(`http://mixed.test:${port}`))).toMatchObject({ kind: 'answer', status: 200 })
})

test('a name without address, and one whose look-up fails, fail at DNS', async () => {
  const empty = outbound(async () => [])
  expect(await empty.call(hook('http://nothing.test/'))).toMatchObject({ stage: 'dns' })
  const failing = outbound(async () => Promise.reject(new Error('queryA ESERVFAIL broken.test')))
  expect(await failing.call(hook('http://broken.test/'))).toMatchObject({
    stage: 'dns',
    reason: expect.stringContaining('ESERVFAIL'),
  })
})

test('a header that HTTP cannot carry is an outcome, not an exception', async () => {
  const url = await serve((_request, response) => response.end())
  const outcome = await outbound().call({ ...hook(url), headers: { authorization: 'a\r\nb: c' } })
  expect(outcome).toMatchObject({ kind: 'failure', stage: 'protocol' })
})

test('a call can be given up from outside, before and during it', async () => {
  const arrived = Promise.withResolvers<void>()
  const url = await serve(() => arrived.resolve())
  const stop = new AbortController()
  const client = outbound()
  const call = client.call({ ...hook(url), signal: stop.signal })
  await arrived.promise
  stop.abort()
  expect(await call).toMatchObject({ kind: 'failure', stage: 'reset' })
  expect(await client.call({ ...hook(url), signal: stop.signal })).toMatchObject({ stage: 'reset' })
})

test('closing the client ends calls under way as data', async () => {
  const arrived = Promise.withResolvers<void>()
  const url = await serve(() => arrived.resolve())
  const client = outbound()
  const call = client.call(hook(url))
  await arrived.promise
  await client.close()
  expect(await call).toMatchObject({ kind: 'failure', stage: 'reset' })
})
