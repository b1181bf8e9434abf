import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type FrontDoor, type FrontDoorInput, openFrontDoor } from './front-door.ts'
import { localOrigins } from './local-origins.ts'

const CHARSU = 'http://localhost:4400'
const PUBLIC = 'https://app.example.ir'

let answer: (request: IncomingMessage, response: ServerResponse) => void
const app = http.createServer((request, response) => answer(request, response))
let appPort: number
beforeAll(async () => {
  await once(app.listen(0, '127.0.0.1'), 'listening')
  appPort = (app.address() as AddressInfo).port
})
afterAll(() => app.close())

const opened: FrontDoor[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

async function doorOf(more: Partial<FrontDoorInput> = {}): Promise<FrontDoor> {
  const input = { port: 0, appPort, ...more }
  const door = await openFrontDoor({
    ...input,
    origins: (frontUrl) =>
      localOrigins({ charsuUrl: CHARSU, frontUrl, appPort: input.appPort, publicUrl: input.publicUrl }),
  })
  opened.push(door)
  return door
}

const get = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { redirect: 'manual', ...init })

/** What the app answers, and what a browser gets of it. */
async function header(name: string, value: string, more: Partial<FrontDoorInput> = {}) {
  const door = await doorOf(more)
  answer = (_request, response) => response.writeHead(302, { [name]: value }).end()
  const got = (await get(`${door.url}/x`)).headers.get(name)
  return got?.replaceAll(door.url, '<front>')
}

describe('a browser that the app sends to Kenar comes to Charsu', () => {
  test.each([
    [
      'https://oauth.divar.ir/oauth2/auth?client_id=a&state=b%20c',
      `${CHARSU}/oauth2/auth?client_id=a&state=b%20c`,
    ],
    ['https://api.divar.ir/oauth2/auth?x=1', `${CHARSU}/oauth2/auth?x=1`],
    ['https://API.divar.ir:443/oauth2/auth', `${CHARSU}/oauth2/auth`],
    ['http://open-platform-redirect.divar.ir/completion', `${CHARSU}/completion`],
    ['https://open-platform-redirect.divar.ir/oauth?x', `${CHARSU}/oauth?x`],
    ['https://chat.divar.ir/addon_my-app', `${CHARSU}/chat/addon_my-app`],
    ['https://chat.divar.ir', `${CHARSU}/`],
  ])('Location: %s', async (value, expected) => {
    expect(await header('location', value)).toBe(expected)
  })

  test.each([
    'https://divar.ir/v/x',
    'https://oauth.divar.ir.example/oauth2/auth',
    'https://evil.example/?https://oauth.divar.ir/oauth2/auth',
    '/here',
    'https://api.divar.ir/v8/unknown',
  ])('Location: %s is followed as it is', async (value) => {
    expect(await header('location', value)).toBe(value)
  })

  test('the way back that consent is asked for leads to the front door, not to the app in the world', async () => {
    const consent = `https://oauth.divar.ir/oauth2/auth?redirect_uri=${encodeURIComponent(`${PUBLIC}/cb?a=1`)}&state=x`
    const location = await header('location', consent, { publicUrl: PUBLIC })
    expect(decodeURIComponent(location ?? '')).toMatch(
      /^http:\/\/localhost:4400\/oauth2\/auth\?redirect_uri=http:\/\/localhost:\d+\/cb\?a=1&state=x$/,
    )
  })

  test('Refresh, and Location to the app’s own origins', async () => {
    expect(await header('refresh', '0;url=https://oauth.divar.ir/oauth2/auth?x')).toBe(
      '0;url=<front>/.kenar/oauth.divar.ir/oauth2/auth?x',
    )
    expect(await header('location', `${PUBLIC}/page`, { publicUrl: PUBLIC })).toBe('<front>/page')
    expect(await header('location', `http://localhost:${appPort}/page`)).toBe('<front>/page')
  })

  test('links in pages, scripts and JSON lead there by the front door', async () => {
    const door = await doorOf({ publicUrl: PUBLIC })
    answer = (_request, response) => {
      response.setHeader('content-type', 'text/html')
      response.setHeader('content-length', '73')
      response.end('<a href="https://oauth.divar.ir/oauth2/auth?a=1">'.padEnd(73))
    }
    expect((await (await get(door.url)).text()).trim()).toBe(
      `<a href="${door.url}/.kenar/oauth.divar.ir/oauth2/auth?a=1">`,
    )
    answer = (_request, response) => {
      response.setHeader('content-type', 'application/json').end(`{"url":"https:\\/\\/app.example.ir\\/a"}`)
    }
    expect(await (await get(door.url)).json()).toEqual({ url: `${door.url}/a` })

    const followed = await get(
      `${door.url}/.kenar/oauth.divar.ir/oauth2/auth?a=1&redirect_uri=${encodeURIComponent(PUBLIC)}`,
    )
    const back = encodeURIComponent(door.url)
    expect([followed.status, followed.headers.get('location')]).toEqual([
      307,
      `${CHARSU}/oauth2/auth?a=1&redirect_uri=${back}`,
    ])
    const nowhere = await get(`${door.url}/.kenar/api.divar.ir/v8/x`)
    expect([nowhere.status, await nowhere.json()]).toMatchObject([404, { code: 5 }])
  })
})

describe('what is no address of Kenar passes as it is', () => {
  test('other types, and compressed bodies, byte for byte', async () => {
    const door = await doorOf()
    const bytes = Buffer.from('\x00https://oauth.divar.ir\xff', 'latin1')
    for (const headers of [
      { 'content-type': 'image/png' },
      { 'content-type': 'text/html', 'content-encoding': 'x-own' },
    ]) {
      answer = (_request, response) => response.writeHead(200, headers).end(bytes)
      expect(Buffer.from(await (await get(door.url)).arrayBuffer())).toEqual(bytes)
    }
  })

  test('a stream of events comes as it is written', async () => {
    const door = await doorOf()
    const rest = Promise.withResolvers<void>()
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      void rest.promise.then(() => response.end('data: 2\n\n'))
    }
    const reader = (await get(door.url)).body?.getReader()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: 1\n\n')
    rest.resolve()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: 2\n\n')
  })

  test('an upgrade to WebSocket, in both directions', async () => {
    const door = await doorOf()
    app.once('upgrade', (request: IncomingMessage, socket: net.Socket) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${request.headers.upgrade}\r\n\r\nhello`,
      )
      socket.pipe(socket)
    })
    const socket = net.connect(Number(new URL(door.url).port), '127.0.0.1').setEncoding('latin1')
    socket.write(
      'GET /hmr HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nping',
    )
    let said = ''
    for await (const chunk of socket) {
      said += chunk
      if (said.endsWith('ping')) break
    }
    expect(said).toMatch(/^HTTP\/1.1 101 .*Upgrade: websocket\r\n\r\nhello.*ping$/s)
  })
})

describe('the app finds the Host that it is used to', () => {
  const seen = async (more: Partial<FrontDoorInput>, headers: Record<string, string> = {}) => {
    const door = await doorOf(more)
    let found: IncomingMessage['headers'] = {}
    answer = (request, response) => {
      found = request.headers
      response.end()
    }
    await get(door.url, {
      method: 'POST',
      headers: { ...headers, origin: door.url, referer: `${door.url}/form` },
    })
    return { found, door }
  }

  test('that of its public URL, with the scheme, and forms come from there too', async () => {
    const { found } = await seen({ publicUrl: PUBLIC })
    expect(found).toMatchObject({
      host: 'app.example.ir',
      origin: PUBLIC,
      referer: `${PUBLIC}/form`,
      'x-forwarded-host': 'app.example.ir',
      'x-forwarded-proto': 'https',
    })
  })

  test('the one that was given; else the front door’s own', async () => {
    expect((await seen({ publicUrl: PUBLIC, hostHeader: 'inner.example:81' })).found.host).toBe(
      'inner.example:81',
    )
    const { found, door } = await seen({})
    expect(found).toMatchObject({
      host: new URL(door.url).host,
      origin: door.url,
      'x-forwarded-proto': 'http',
    })
  })

  test('its cookies are taken on this machine, whatever domain they are for', async () => {
    expect(
      await header('set-cookie', 'a=1; Domain=.app.example.ir; Path=/; Secure', { publicUrl: PUBLIC }),
    ).toBe('a=1; Path=/; Secure')
  })
})

test('an app that is not there yet is a 502 that says so, and is found once it is', async () => {
  const late = net.createServer().listen(0, '127.0.0.1')
  await once(late, 'listening')
  const port = (late.address() as AddressInfo).port
  late.close()
  await once(late, 'close')
  const door = await doorOf({ appPort: port })
  const away = await get(door.url)
  expect([away.status, await away.json()]).toMatchObject([
    502,
    { code: 14, message: expect.stringContaining(`port ${port}`), details: [{ reason: 'APP_AWAY' }] },
  ])
  const server = http.createServer((_request, response) => response.end('here')).listen(port, '127.0.0.1')
  await once(server, 'listening')
  expect(await (await get(door.url)).text()).toBe('here')
  server.close()
})

test('where its port is taken it opens at another', async () => {
  const first = await doorOf()
  const second = await doorOf({ port: Number(new URL(first.url).port) })
  expect(second.url).not.toBe(first.url)
})

test('an address of the app is the same place at the front door', async () => {
  const { origins, url } = await doorOf({ publicUrl: PUBLIC })
  expect(origins.address('/hook?a')).toBe(`${url}/hook?a`)
  expect(origins.address(`${PUBLIC}/hook`)).toBe(`${url}/hook`)
  expect(origins.address(`http://127.0.0.1:${appPort}/hook`)).toBe(`${url}/hook`)
  expect(origins.address('https://other.example/hook')).toBe('https://other.example/hook')
})
