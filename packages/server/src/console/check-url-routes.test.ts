import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type ConsoleClient, consoleClient, refusal, wrongFields } from '../../testing/console-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { CHECKS_PER_MINUTE } from '../access/check-limit.ts'
import type { UrlVerdict } from './url-verdict.ts'

const listening: (() => void)[] = []
let node: TestServer

beforeAll(async () => {
  node = await startTestServer({ config: { dispatcher: false } })
})
afterEach(() => {
  for (const close of listening.splice(0)) close()
})
afterAll(() => node.close())

/** An address at which something answers. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  listening.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function newDeveloper(on: TestServer = node): Promise<{ call: ConsoleClient; slug: string }> {
  const developer = await fixture.addUser(on.db, { developer: true })
  const { slug } = await fixture.addApp(on.db, developer.id)
  return { call: consoleClient(on.url, developer.cookie), slug }
}

async function check(field: string, url: string): Promise<UrlVerdict> {
  const { call, slug } = await newDeveloper()
  const answer = await call<UrlVerdict>('POST', `/apps/${slug}/check-url`, { field, url })
  expect(answer.status, answer.text).toBe(200)
  return answer.body
}

test('an address is tried with a HEAD that carries no secret and no body, and what it answers is not told', async () => {
  const asked: string[] = []
  const url = await serve((request, response) => {
    asked.push(`${request.method} ${request.url} ${Object.keys(request.headers).sort().join(' ')}`)
    response.writeHead(204, { 'x-inside': 'do-not-tell' }).end()
  })
  const { call, slug } = await newDeveloper()
  await call('PATCH', `/apps/${slug}`, { identification_key: 'the-app-knows-us-by-this' })
  const answer = await call<UrlVerdict>('POST', `/apps/${slug}/check-url`, {
    field: 'events_url',
    url: `${url}/hook?x=1`,
  })
  expect(answer.body).toEqual({
    reachable: true,
    answered: true,
    status: 204,
    ms: expect.any(Number),
    problem: null,
    advice: '',
  })
  expect(asked).toEqual(['HEAD /hook?x=1 accept connection host user-agent'])
  expect(answer.text).not.toContain('do-not-tell')
})

test('a redirect is a fault where Charsu calls, and none where browsers go', async () => {
  const url = await serve((_request, response) => response.writeHead(302, { location: '/secret' }).end())
  expect(await check('dynamic_action_url', url)).toMatchObject({ status: 302, problem: 'redirect' })
  expect(await check('redirect_uri', url)).toMatchObject({ status: 302, problem: null, advice: '' })
})

test('an address where nobody listens is not reachable, and it is said what to look at', async () => {
  const url = await serve(() => {})
  for (const close of listening.splice(0)) close()
  expect(await check('events_url', url)).toMatchObject({
    reachable: false,
    answered: false,
    status: null,
    problem: 'connect',
    advice: expect.stringContaining('Check the port'),
  })
})

test('an address that saving would refuse is refused in the same words, and not tried', async () => {
  const { call, slug } = await newDeveloper()
  for (const [field, url] of [
    ['events_url', 'ftp://app.example'],
    ['avatar_url', 'avatar.png'],
    ['session_initialization_url', 'https://user:word@app.example'],
  ] as const) {
    const saved = wrongFields(await call('PATCH', `/apps/${slug}`, { [field]: url }))
    expect(await check(field, url)).toEqual({
      reachable: null,
      answered: false,
      status: null,
      ms: null,
      problem: 'form',
      advice: saved[field],
    })
  }
  const saved = wrongFields(await call('PATCH', `/apps/${slug}`, { redirect_uris: ['javascript:alert(1)'] }))
  expect((await check('redirect_uri', 'javascript:alert(1)')).advice).toBe(saved['redirect_uris[0]'])
  expect((await check('events_url', '')).problem).toBe('form')
})

test('an address of an installed app is left to the device that opens it', async () => {
  expect(await check('redirect_uri', 'myapp://back')).toMatchObject({ reachable: null, problem: null })
})

test('in production nothing private is called, whatever name it hides behind', async () => {
  let called = 0
  const url = new URL(await serve((_request, response) => response.end(String(called++))))
  await using production = await startTestServer({
    config: { mode: 'production', publicUrl: 'https://charsu.example', dispatcher: false },
    deps: { resolver: async () => ['127.0.0.1'] },
  })
  const { call, slug } = await newDeveloper(production)
  const ask = async (field: string, address: string) =>
    (await call<UrlVerdict>('POST', `/apps/${slug}/check-url`, { field, url: address })).body
  expect(await ask('events_url', url.href)).toMatchObject({ reachable: null, problem: 'form' })
  expect(await ask('events_url', `http://inside.example:${url.port}/`)).toMatchObject({
    reachable: null,
    answered: false,
    status: null,
    problem: 'guard',
  })
  // A developer's own machine: their browser gets there, we must not.
  expect(await ask('redirect_uri', url.href)).toMatchObject({ reachable: null, problem: null })
  expect(called).toBe(0)
})

test('so many checks a minute for one developer, over all apps and nodes', async () => {
  const url = await serve((_request, response) => response.end())
  await using second = await startTestServer({ config: { dispatcher: false }, database: node.database })
  const developer = await fixture.addUser(node.db, { developer: true })
  const apps = [await fixture.addApp(node.db, developer.id), await fixture.addApp(node.db, developer.id)]
  const clients = [node, second].map((on) => consoleClient(on.url, developer.cookie))
  const answers = await Promise.all(
    Array.from({ length: CHECKS_PER_MINUTE + 5 }, (_, i) =>
      clients[i % 2]!('POST', `/apps/${apps[i % 2]!.slug}/check-url`, { field: 'events_url', url }),
    ),
  )
  const refused = answers.filter(({ status }) => status !== 200)
  // A minute that ends meanwhile lets all through.
  expect([0, 5]).toContain(refused.length)
  for (const answer of refused) {
    expect(refusal(answer)).toEqual([429, 8, 'CHECK_LIMIT_EXCEEDED'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  }
})

test('a field that is none of an app is named', async () => {
  const { call, slug } = await newDeveloper()
  expect(wrongFields(await call('POST', `/apps/${slug}/check-url`, { field: 'home', url: 7 }))).toMatchObject(
    {
      field: expect.any(String),
      url: expect.any(String),
    },
  )
  expect(refusal(await call('POST', '/apps/of-nobody/check-url', { field: 'events_url', url: 'x' }))).toEqual(
    [404, 5, 'APP_UNKNOWN'],
  )
})
