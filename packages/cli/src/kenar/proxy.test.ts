import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { ProxyAgent, request } from 'undici'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { makeAuthority } from './certificate-authority.ts'
import { KENAR_HOSTS } from './kenar-hosts.ts'
import { isLoopbackAddress } from './loopback-address.ts'
import { type KenarProxy, type ProxyDeps, startProxy } from './proxy.ts'

const authority = await makeAuthority(KENAR_HOSTS, Date.now())

/** Stands for Charsu: says what it was asked, or what a test wants. */
let answer: (request: IncomingMessage, response: http.ServerResponse) => void
const charsu = http.createServer((asked, response) => answer(asked, response))
let charsuUrl: string
beforeAll(async () => {
  await once(charsu.listen(0, '127.0.0.1'), 'listening')
  charsuUrl = `http://127.0.0.1:${(charsu.address() as AddressInfo).port}`
})
afterAll(() => charsu.close())

const opened: AsyncDisposable[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]()
})

async function proxyOf(deps: Partial<ProxyDeps> = {}): Promise<KenarProxy> {
  answer = (asked, response) => {
    let body = ''
    asked.setEncoding('utf8').on('data', (chunk) => {
      body += chunk
    })
    asked.on('end', () => {
      const { method, url, headers } = asked
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ method, url, headers, body }))
    })
  }
  const proxy = await startProxy({ charsuUrl, server: authority.server, ...deps })
  opened.push(proxy)
  return proxy
}

function clientOf(proxy: KenarProxy): ProxyAgent {
  const agent = new ProxyAgent({ uri: proxy.url, requestTls: { ca: authority.certificate } })
  opened.push({ [Symbol.asyncDispose]: () => agent.destroy() })
  return agent
}

/** What comes back for these very bytes. */
async function raw(proxy: KenarProxy, text: string, { ends = false } = {}): Promise<string> {
  const socket = net.connect(proxy.port, '127.0.0.1')
  if (ends) socket.end(text)
  else socket.write(text)
  let said = ''
  for await (const chunk of socket.setEncoding('latin1')) said += chunk
  return said
}

const reasonIn = (said: string): string | undefined => /"reason":"([A-Z_0-9]+)"/.exec(said)?.[1]

test('a call to a host of Kenar arrives at Charsu whole, under Charsu’s own Host', async () => {
  const dispatcher = clientOf(await proxyOf())
  const { statusCode, body } = await request('https://open-api.divar.ir/v1/open-platform/users?a=%2F', {
    dispatcher,
    method: 'POST',
    headers: { 'X-Api-Key': 'key', 'content-type': 'application/json', 'x-twice': ['1', '2'] },
    body: '{"a": "سلام"}',
  })
  expect(statusCode).toBe(200)
  expect(await body.json()).toMatchObject({
    method: 'POST',
    url: '/v1/open-platform/users?a=%2F',
    headers: { host: new URL(charsuUrl).host, 'x-api-key': 'key', 'x-twice': '1, 2' },
    body: '{"a": "سلام"}',
  })
})

test('the same over plain HTTP, by an absolute URL and in a tunnel', async () => {
  const proxy = await proxyOf()
  const absolute = await raw(
    proxy,
    'GET http://api.divar.ir/v1/open-platform/users?x HTTP/1.1\r\nHost: api.divar.ir\r\nProxy-Connection: keep-alive\r\nConnection: close\r\n\r\n',
  )
  expect(absolute).toContain('"url":"/v1/open-platform/users?x"')
  expect(absolute).not.toContain('proxy-connection')
  const tunnelled = await raw(
    proxy,
    'CONNECT api.divar.ir:80 HTTP/1.1\r\nHost: api.divar.ir:80\r\n\r\nGET /v1/open-platform/users HTTP/1.1\r\nHost: api.divar.ir\r\nConnection: close\r\n\r\n',
  )
  expect(tunnelled).toContain('"url":"/v1/open-platform/users"')
})

test('many calls share a connection, and none waits for another', async () => {
  const dispatcher = clientOf(await proxyOf())
  const ports = new Set<number | undefined>()
  const usual = answer
  answer = (asked, response) => {
    ports.add(asked.socket.remotePort)
    usual(asked, response)
  }
  for (let i = 0; i < 10; i++) {
    const { body } = await request('https://api.divar.ir/v1/open-platform/users', { dispatcher })
    await body.dump()
  }
  expect(ports.size).toBeLessThanOrEqual(2)
  const all = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      request(`https://api.divar.ir/v1/open-platform/${i}`, { dispatcher }),
    ),
  )
  const urls = await Promise.all(all.map(async ({ body }) => ((await body.json()) as { url: string }).url))
  expect(urls).toEqual(all.map((_, i) => `/v1/open-platform/${i}`))
})

test('an answer streams: its beginning is there before its end is made', async () => {
  const dispatcher = clientOf(await proxyOf())
  const rest = Promise.withResolvers<void>()
  answer = (_asked, response) => {
    response.write('first')
    void rest.promise.then(() => response.end('last'))
  }
  const { body } = await request('https://api.divar.ir/v1/open-platform/users', { dispatcher })
  const chunks = body[Symbol.asyncIterator]()
  expect(String((await chunks.next()).value)).toBe('first')
  rest.resolve()
  expect(String((await chunks.next()).value)).toBe('last')
})

test('a body that is refused before it has come whole is refused, and the connection goes on', async () => {
  const dispatcher = clientOf(await proxyOf())
  const usual = answer
  answer = (asked, response) => {
    if (asked.url !== '/upload/image') return usual(asked, response)
    response.writeHead(413, { 'content-type': 'application/json' }).end('{"code": 3}')
  }
  const upload = await request('https://chat.divar.ir/upload/image', {
    dispatcher,
    method: 'POST',
    body: Buffer.alloc(3_000_000, 7),
  })
  expect([upload.statusCode, await upload.body.text()]).toEqual([413, '{"code": 3}'])
  const next = await request('https://api.divar.ir/v1/open-platform/users', { dispatcher })
  expect(next.statusCode).toBe(200)
  await next.body.dump()
})

test('a large body passes byte for byte', async () => {
  const dispatcher = clientOf(await proxyOf())
  answer = async (asked, response) => {
    const digest = await crypto.subtle.digest('SHA-256', Buffer.concat(await asked.toArray()))
    response.end(Buffer.from(digest).toString('hex'))
  }
  const bytes = crypto.getRandomValues(new Uint8Array(60_000))
  const body = Buffer.concat(Array.from({ length: 50 }, () => bytes))
  const sent = await request('https://chat.divar.ir/upload/video', { dispatcher, method: 'POST', body })
  const expected = Buffer.from(await crypto.subtle.digest('SHA-256', body)).toString('hex')
  expect(await sent.body.text()).toBe(expected)
})

test('a client that goes away takes its call to Charsu along', async () => {
  const dispatcher = clientOf(await proxyOf())
  const gone = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  answer = (asked) => {
    arrived.resolve()
    asked.socket.on('close', () => gone.resolve())
  }
  const stop = new AbortController()
  const call = request('https://api.divar.ir/v1/open-platform/users', { dispatcher, signal: stop.signal })
  await arrived.promise
  stop.abort()
  await expect(call).rejects.toThrow()
  await gone.promise
})

test('a page is opened at Charsu’s own origin, where a browser’s session is known', async () => {
  const dispatcher = clientOf(await proxyOf())
  const { statusCode, headers, body } = await request('https://oauth.divar.ir/oauth2/auth?state=a%20b', {
    dispatcher,
  })
  await body.dump()
  expect([statusCode, headers.location]).toEqual([302, `${charsuUrl}/oauth2/auth?state=a%20b`])
})

test('Charsu that is away, or dies under a call, is a 503 that says what to do', async () => {
  const away = clientOf(await proxyOf({ charsuUrl: 'http://127.0.0.1:1' }))
  const { statusCode, body } = await request('https://api.divar.ir/v1/open-platform/users', {
    dispatcher: away,
  })
  expect([statusCode, await body.json()]).toMatchObject([
    503,
    { code: 14, message: expect.stringContaining('charsu dev') },
  ])
  const dying = clientOf(await proxyOf())
  answer = (asked) => asked.socket.destroy()
  const died = await request('https://api.divar.ir/v1/open-platform/users', { dispatcher: dying })
  expect([died.statusCode, await died.body.json()]).toMatchObject([503, { code: 14 }])
})

test.each([
  ['CONNECT api.divar.ir:8443 HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'PORT_NOT_SERVED'],
  ['CONNECT nonsense HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'CONNECT_MALFORMED'],
  ['CONNECT a:b@c:443 HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'CONNECT_MALFORMED'],
  ['CONNECT x:99999 HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'CONNECT_MALFORMED'],
  ['GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n', 400, 'NOT_A_PROXY_REQUEST'],
  ['GET ftp://api.divar.ir/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400, 'NOT_A_PROXY_REQUEST'],
  ['GET http://api.divar.ir:81/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400, 'PORT_NOT_SERVED'],
  ['GET http://api.divar.ir/v8/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404, 'NOT_PART_OF_KENAR'],
  [
    'GET http://x/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    501,
    'UPGRADE_NOT_SERVED',
  ],
  [
    'CONNECT api.divar.ir:80 HTTP/1.1\r\nHost: x\r\n\r\nCONNECT api.divar.ir:80 HTTP/1.1\r\nHost: x\r\n\r\n',
    400,
    'CONNECT_MALFORMED',
  ],
  [
    'CONNECT api.divar.ir:80 HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: oauth.divar.ir\r\nConnection: close\r\n\r\n',
    421,
    'HOST_DIFFERS',
  ],
])('%j is refused in Charsu’s shape, and says what was expected', async (text, status, reason) => {
  const said = await raw(await proxyOf(), text)
  expect(said).toContain(`HTTP/1.1 ${status} `)
  expect(reasonIn(said)).toBe(reason)
  expect(JSON.parse(said.slice(said.lastIndexOf('\r\n\r\n') + 4))).toMatchObject({
    code: expect.any(Number),
    message: expect.stringMatching(/.{40}/),
  })
})

test('whatever is said after CONNECT instead of TLS, and whoever says nothing, harms nobody else', async () => {
  const proxy = await proxyOf()
  await raw(proxy, 'CONNECT api.divar.ir:443 HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n\r\n')
  await raw(proxy, '\u0016\u0003\u0001 nonsense')
  net.connect(proxy.port, '127.0.0.1').write('CONNECT api.divar.ir:443 HTTP/1.1\r\nHost: x\r\n\r\n')
  const { statusCode, body } = await request('https://api.divar.ir/v1/open-platform/users', {
    dispatcher: clientOf(proxy),
  })
  await body.dump()
  expect(statusCode).toBe(200)
})

test('another host gets every byte as it is, over TLS with its own certificate, and none of Kenar is dialled', async () => {
  const theirs = await makeAuthority(['elsewhere.test'], Date.now())
  const server = https.createServer(theirs.server, (asked, response) =>
    response.end(`${asked.method} ${asked.url}`),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const dialled: string[] = []
  const proxy = await proxyOf({
    dial: async (to) => {
      dialled.push(`${to.hostname}:${to.port}`)
      const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1')
      await once(socket, 'connect')
      return socket
    },
  })
  const agent = new ProxyAgent({ uri: proxy.url, requestTls: { ca: theirs.certificate } })
  const { body } = await request('https://elsewhere.test/a?b', { dispatcher: agent })
  expect(await body.text()).toBe('GET /a?b')
  const kenar = await request('https://api.divar.ir/v1/open-platform/users', { dispatcher: clientOf(proxy) })
  await kenar.body.dump()
  expect(dialled).toEqual(['elsewhere.test:443'])
  await agent.destroy()
  server.close()
})

test('another host over plain HTTP is passed on, and one that cannot be reached is a 502', async () => {
  const proxy = await proxyOf()
  const port = Number(new URL(charsuUrl).port)
  const said = await raw(
    proxy,
    `GET http://127.0.0.1:${port}/v8/anything?x HTTP/1.1\r\nHost: ignored\r\nConnection: close\r\n\r\n`,
  )
  expect(said).toContain('"url":"/v8/anything?x"')
  expect(said).toContain(`"host":"127.0.0.1:${port}"`)
  for (const text of [
    'GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: x\r\n\r\n',
  ]) {
    const failed = await raw(proxy, text)
    expect([failed.slice(0, 13), reasonIn(failed)]).toEqual(['HTTP/1.1 502 ', 'HOST_UNREACHABLE'])
  }
})

test('a tunnel whose one side ends first still brings the rest of the other', async () => {
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
    })
    socket.on('end', () => socket.end(`heard ${heard} ${'x'.repeat(200_000)}!`))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const said = await raw(await proxyOf(), `CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\nhello`, {
    ends: true,
  })
  expect(said).toMatch(/heard hello x{200000}!$/)
  server.close()
})

test('it listens on 127.0.0.1 alone, and talks to nobody of another address', async () => {
  const proxy = await proxyOf()
  expect(new URL(proxy.url).hostname).toBe('127.0.0.1')
  const elsewhere = net.connect(proxy.port, '127.0.0.2')
  await expect(once(elsewhere, 'connect')).rejects.toThrow('ECONNREFUSED')
  expect(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'].every(isLoopbackAddress)).toBe(true)
  expect(['10.0.0.1', '192.168.1.127', '::', '::ffff:10.0.0.1', undefined].some(isLoopbackAddress)).toBe(
    false,
  )
})

test('its certificate is presented to those who ask for another name too, who do not take it', async () => {
  const proxy = await proxyOf()
  const socket = net.connect(proxy.port, '127.0.0.1')
  socket.write('CONNECT api.divar.ir:443 HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'data')
  const secure = tls.connect({ socket, ca: authority.certificate, servername: 'bank.example' })
  await expect(once(secure, 'secureConnect')).rejects.toThrow('bank.example')
})
