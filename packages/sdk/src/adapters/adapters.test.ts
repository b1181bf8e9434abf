import { once } from 'node:events'
import { createServer, request as httpRequest, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { signWebhook } from '@charsu/protocol/webhook-signature'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { afterEach, describe, expect, test } from 'vitest'
import { appHarness, IDENTIFICATION_KEY, postMessage, SECRET } from '../../testing/app-harness.ts'
import type { App } from '../app/app.ts'
import { charsuExpress } from './express.ts'
import { charsuFastify } from './fastify.ts'
import { charsuHono } from './hono.ts'
import { listener, serve } from './node.ts'

const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function listen(handle: RequestListener): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  closing.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The app under each framework, with a page of the framework's own at /own that answers with the body it parsed. */
const ADAPTERS: Readonly<Record<string, (app: App) => Promise<string>>> = {
  node: async (app) => {
    const handle = listener(app)
    return listen((incoming, outgoing) => {
      if (incoming.url !== '/own') return handle(incoming, outgoing)
      incoming.pipe(outgoing)
    })
  },
  express: async (app) => {
    const server = express()
    server.use(charsuExpress(app))
    server.use(express.json())
    server.post('/own', (request, response) => {
      response.json(request.body)
    })
    return listen(server)
  },
  fastify: async (app) => {
    const server = Fastify()
    await server.register(charsuFastify(app))
    server.post('/own', (request) => request.body)
    closing.push(() => server.close())
    return server.listen({ port: 0, host: '127.0.0.1' })
  },
  hono: async (app) => {
    const server = new Hono()
    server.all('/charsu/*', charsuHono(app))
    server.post('/own', async (context) => context.json(await context.req.json()))
    return listen(listener(server))
  },
}

/** Spaces and escapes that no parser would write again as they are. */
const RAW = JSON.stringify(postMessage({ content: { text: 'سلام\n"x"' } }), null, 3).replace(
  'NEW',
  '\\u004eEW',
)

const signed = (body: string): Record<string, string> => ({
  'content-type': 'application/json; charset=utf-8',
  authorization: IDENTIFICATION_KEY,
  ...signWebhook({ id: crypto.randomUUID(), timestamp: Date.now() / 1000, body, secrets: [SECRET] }),
})

describe.each(Object.entries(ADAPTERS))('by %s', (_, start) => {
  const realTime = { now: () => Date.now(), sleep: () => new Promise<void>(() => {}) }

  test('the raw body reaches the check of signatures', async () => {
    const { app } = appHarness({ time: realTime })
    const seen: unknown[] = []
    app.on('message:text', (ctx) => seen.push(ctx.text))
    const url = await start(app)
    const post = (body: string, headers: Record<string, string>) =>
      fetch(`${url}/charsu/events?x=1`, { method: 'POST', body, headers })
    expect((await post(RAW, signed(RAW))).status).toBe(200)
    expect((await post(RAW, signed(`${RAW} `))).status).toBe(401)
    expect((await post(RAW, { ...signed(RAW), authorization: 'no' })).status).toBe(401)
    expect((await post('x'.repeat(1024 * 1024 + 1), signed(''))).status).toBe(413)
    expect(seen).toEqual(['سلام\n"x"'])
    const endless = new ReadableStream({
      start: (controller) => {
        for (let i = 0; i < 20; i++) controller.enqueue(new Uint8Array(65_536))
        controller.close()
      },
    })
    const init = { method: 'POST', body: endless, duplex: 'half', headers: signed('') }
    expect((await fetch(`${url}/charsu/events`, init as RequestInit)).status).toBe(413)
  })

  test('redirects and cookies reach the browser', async () => {
    const { app } = appHarness()
    const url = await start(app)
    const page = await app.connectUrl({ scopes: ['USER_ID'] })
    const answer = await fetch(page.replace('http://app.test', url), { redirect: 'manual' })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toContain('http://charsu.test/oauth2/auth?')
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^charsu_connect_/)])
  })

  test('other paths stay the framework’s own', async () => {
    const url = await start(appHarness().app)
    const own = await fetch(`${url}/own`, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    })
    expect(await own.json()).toEqual({ a: 1 })
    const about = await fetch(`${url}/charsu/events`)
    expect(about.status).toBe(405)
  })
})

describe('a body that was parsed before', () => {
  test('by Express is an error that says where to move it', async () => {
    const server = express()
    const errors: unknown[] = []
    server.use(express.json())
    server.use(charsuExpress(appHarness().app))
    const tell: express.ErrorRequestHandler = (error, _request, response, _next) => {
      errors.push(error)
      response.status(500).end()
    }
    server.use(tell)
    const url = await listen(server)
    const answer = await fetch(`${url}/charsu/events`, { method: 'POST', body: RAW, headers: signed(RAW) })
    expect(answer.status).toBe(500)
    expect(String(errors[0])).toContain('above app.use(express.json())')
  })

  test('by a middleware of Hono is told to the platform, whose console shows it', async () => {
    const server = new Hono()
    server.use(async (context, next) => {
      await context.req.raw.text()
      await next()
    })
    const { app } = appHarness()
    server.all('/charsu/*', charsuHono(app))
    const url = await listen(listener(server))
    const answer = await fetch(`${url}/charsu/events`, { method: 'POST', body: RAW, headers: signed(RAW) })
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('parses bodies')])
  })
})

test('mounted under a path of Express, the app still knows its own', async () => {
  const server = express()
  server.use('/charsu', charsuExpress(appHarness().app))
  const url = await listen(server)
  expect((await fetch(`${url}/charsu`)).status).toBe(200)
  expect((await fetch(`${url}/charsu/events`)).status).toBe(405)
})

test('mounted where it does not answer, Express is told what to write', async () => {
  const server = express()
  server.use('/api', charsuExpress(appHarness().app))
  server.get('/api/own', (_request, response) => void response.send('own'))
  server.use(((error, _request, response, _next) => {
    response.status(500).send(String(error))
  }) satisfies express.ErrorRequestHandler)
  const url = await listen(server)
  const answer = await fetch(`${url}/api/charsu/events?x=1`, { method: 'POST' })
  expect([answer.status, await answer.text()]).toEqual([
    500,
    expect.stringContaining("basePath: '/api/charsu'"),
  ])
  expect(await (await fetch(`${url}/api/own`)).text()).toBe('own')
})

test('under a prefix of Fastify, the app still knows its own, or is told what to write', async () => {
  const start = async (basePath: string) => {
    const server = Fastify()
    closing.push(() => server.close())
    await server.register(charsuFastify(appHarness({ basePath }).app), { prefix: '/api' })
    return server.listen({ port: 0, host: '127.0.0.1' })
  }
  const url = await start('/api/charsu')
  expect((await fetch(`${url}/api/charsu`)).status).toBe(200)
  expect((await fetch(`${url}/api/charsu/events`)).status).toBe(405)
  await expect(start('/charsu')).rejects.toThrow("basePath: '/api/charsu'")
})

test('under a base path of Hono, a wrong address says which ones are right', async () => {
  const server = new Hono().basePath('/api')
  server.all('/charsu/*', charsuHono(appHarness().app))
  const answer = await server.request('/api/charsu/events', { method: 'POST' })
  expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining(' /charsu/events')])
})

test('somebody who leaves before the answer is no error of Express', async () => {
  const errors: unknown[] = []
  const gone = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const fetches = async (request: Request): Promise<Response> => {
    request.signal.addEventListener('abort', () => gone.resolve())
    begun.resolve()
    await gone.promise
    // Cancelled when nobody takes it.
    return new Response(new ReadableStream({ cancel: () => answered.resolve() }))
  }
  const server = express()
  server.use(charsuExpress({ basePath: '/charsu', fetch: fetches }))
  server.use(((error, _request, _response, _next) => {
    errors.push(error)
  }) satisfies express.ErrorRequestHandler)
  const url = await listen(server)
  const leaving = new AbortController()
  const call = fetch(`${url}/charsu/events`, { signal: leaving.signal })
  await begun.promise
  leaving.abort()
  await expect(call).rejects.toThrow()
  await answered.promise
  expect(errors).toEqual([])
})

describe('serve', () => {
  test('listens, says where, and closes when what is under way is answered', async () => {
    const { app } = appHarness()
    let finish = (): void => {}
    let begin = (): void => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    app.on('message', () => {
      begin()
      return new Promise<void>((resolve) => {
        finish = resolve
      })
    })
    const served = await serve(app, { port: 0, host: '127.0.0.1' })
    const headers = { authorization: IDENTIFICATION_KEY, 'content-type': 'application/json' }
    const slow = fetch(`${served.url}/charsu/events`, { method: 'POST', body: RAW, headers })
    await begun
    const closed = served.close()
    finish()
    expect((await slow).status).toBe(200)
    await closed
    await expect(fetch(served.url)).rejects.toThrow()
  })

  test('renews at once what ran out while it was down', async () => {
    const renewed = Promise.withResolvers<void>()
    const renew = async (): Promise<void> => renewed.resolve()
    const served = await serve({ fetch: () => new Response(), renew }, { port: 0, host: '127.0.0.1' })
    closing.push(() => served.close())
    await renewed.promise
  })

  test('says that a port is in use', async () => {
    const { app } = appHarness()
    const first = await serve(app, { port: 0, host: '127.0.0.1' })
    closing.push(() => first.close())
    await expect(serve(app, { port: Number(new URL(first.url).port), host: '127.0.0.1' })).rejects.toThrow(
      /EADDRINUSE/,
    )
  })

  test('bears methods, addresses and people that leave', async () => {
    const { app } = appHarness()
    const served = await serve(app, { port: 0, host: '127.0.0.1' })
    closing.push(() => served.close())
    const { port } = new URL(served.url)
    const status = (method: string, path: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        httpRequest({ port, host: '127.0.0.1', method, path }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        })
          .on('error', reject)
          .end()
      })
    expect(await status('TRACE', '/charsu')).toBe(400)
    expect(await status('GET', '//other.test/charsu')).toBe(404)
    expect(await status('HEAD', '/charsu')).toBe(200)
    const socket = connect(Number(port), '127.0.0.1')
    await once(socket, 'connect')
    const lines = ['POST /charsu/events HTTP/1.1', 'Host: x', `Authorization: ${IDENTIFICATION_KEY}`]
    socket.write(`${[...lines, 'Content-Length: 100', '', '{'].join('\r\n')}`)
    socket.destroy()
    expect(await status('GET', '/charsu')).toBe(200)
  })
})
