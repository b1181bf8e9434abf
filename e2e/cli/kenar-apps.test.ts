import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeAuthority } from '../../packages/cli/src/kenar/certificate-authority.ts'
import { type Kenar, startKenar } from '../../packages/cli/src/kenar/kenar.ts'
import { kenarAppRequest } from '../../packages/cli/src/kenar/kenar-app.ts'
import { writeTrustFiles } from '../../packages/cli/src/kenar/trust-files.ts'
import { freePort } from '../../packages/server/src/db/free-port.ts'
import { openDevelopmentMarketplace } from '../../packages/server/src/host/development-marketplace.ts'
import { startTestServer, type TestServer } from '../../packages/server/testing/test-server.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { KenarBrowser } from './kenar-browser.ts'

const ROOT = join(import.meta.dirname, '../..')
const APP = join(import.meta.dirname, 'kenar-app.ts')
const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name)

const PUBLIC_URL = 'https://app.example.ir'
/** A host of somebody else, with a certificate of an authority that the developer has named already. */
const ELSEWHERE = 'elsewhere.test'

const RUNTIMES: readonly [name: string, command: readonly string[]][] = [
  ['Node.js', [process.execPath, APP]],
  ['Deno', [bin('deno'), 'run', '--allow-all', '--no-check', '--quiet', APP]],
  ['Bun', [bin('bun'), 'run', APP]],
]

let node: TestServer
/** What the proxy dialled by itself. */
const dialled: string[] = []
let elsewhere: { port: number; heard: string[]; close(): void }
let theirTrust: Awaited<ReturnType<typeof writeTrustFiles>>
beforeAll(async () => {
  node = await startTestServer()
  await openDevelopmentMarketplace(node.db)
  const theirs = await makeAuthority([ELSEWHERE], Date.now())
  theirTrust = await writeTrustFiles(theirs.certificate, {})
  const heard: string[] = []
  const server = createServer(theirs.server, (request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      heard.push(`${request.method} ${request.headers.host} ${request.url} ${body}`)
      response.setHeader('content-type', 'application/json').end('{"from": "elsewhere"}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  elsewhere = { heard, port: (server.address() as AddressInfo).port, close: () => server.close() }
})
afterAll(async () => {
  elsewhere.close()
  await theirTrust.remove()
  await node.close()
})

interface RunningApp extends AsyncDisposable {
  kenar: Kenar
  browser: KenarBrowser
  said(): string
}

async function startApp(slug: string, command: readonly string[]): Promise<RunningApp> {
  const appPort = await freePort()
  const charsuUrl = `http://localhost:${new URL(node.url).port}`
  const kenar = await startKenar({
    charsuUrl,
    appPort,
    publicUrl: PUBLIC_URL,
    env: { NODE_EXTRA_CA_CERTS: theirTrust.ours },
    dial: async ({ hostname, port }) => {
      dialled.push(hostname)
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      return socket
    },
  })
  const own = {
    apiKey: `key-of-${slug}`,
    clientSecret: `secret-of-${slug}`,
    identificationKey: `ident-of-${slug}`,
  }
  const made = await fetch(`${node.url}/dev/v1/apps/${slug}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(
      kenarAppRequest(kenar, {
        ...own,
        eventsUrl: '/kenar/events',
        sessionUrl: `${PUBLIC_URL}/kenar/session`,
        redirectUris: [`${PUBLIC_URL}/callback`],
      }),
    ),
  })
  expect(made.status, await made.clone().text()).toBe(200)
  const [program = '', ...words] = command
  const child: ChildProcess = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DENO_NO_UPDATE_CHECK: '1',
      PORT: String(appPort),
      APP_SLUG: slug,
      APP_URL: PUBLIC_URL,
      DIVAR_API_KEY: own.apiKey,
      DIVAR_OAUTH_SECRET: own.clientSecret,
      DIVAR_IDENTIFICATION: own.identificationKey,
      ...kenar.environment,
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk) => {
      said += chunk
    })
  }
  const gone = once(child, 'exit')
  await waitFor(() => said.includes('listening on') || child.exitCode !== null)
  expect(said).toContain('listening on')
  return {
    kenar,
    browser: new KenarBrowser(),
    said: () => said,
    async [Symbol.asyncDispose]() {
      child.kill()
      await gone
      await kenar.close()
    },
  }
}

const surroundings = async (): Promise<{ conversations: { id: string }[] }> =>
  (await (await fetch(`${node.url}/dev/v1`)).json()) as { conversations: { id: string }[] }

describe.each(RUNTIMES)('an app of Kenar in %s, as it is', (name, command) => {
  const slug = `kenar-${name.toLowerCase().replace('.', '')}`
  let app: RunningApp
  let conversation: string
  beforeAll(async () => {
    app = await startApp(slug, command)
    conversation = (await surroundings()).conversations[0]?.id ?? ''
  })
  afterAll(() => app[Symbol.asyncDispose]())

  test('gets consent, a token, and sends; is refused in the contract’s shapes; its person never leaves this machine', async () => {
    const { browser, kenar } = app
    const charsuUrl = `http://localhost:${new URL(node.url).port}`
    await browser.submit(`${charsuUrl}/dev/login`, { user: 'kamran' })
    const started = await browser.open(`${kenar.frontUrl}/start?conversation=${conversation}`)
    expect(started.location).toMatch(new RegExp(`^${charsuUrl}/oauth2/auth\\?`))
    expect(new URL(started.location ?? '').searchParams.get('redirect_uri')).toBe(
      `${kenar.frontUrl}/callback`,
    )
    const page = await browser.open(started.location ?? '')
    expect(page.status, page.text).toBe(200)
    const ticket = /name="ticket" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const allowed = await browser.submit(`${charsuUrl}/oauth2/consent`, { ticket, decision: 'allow' })
    expect(allowed.location).toMatch(new RegExp(`^${kenar.frontUrl}/callback\\?code=`))

    const back = await browser.open(allowed.location ?? '')
    expect(back.text).toContain(`href="${kenar.frontUrl}/.kenar/open-platform-redirect.divar.ir/completion"`)
    const done = JSON.parse(/<script[^>]*>(.*)<\/script>/s.exec(back.text)?.[1] ?? '{}')
    expect(done).toMatchObject({
      token: {
        status: 200,
        body: { token_type: 'bearer', scope: `CONVERSATION_SEND_MESSAGE.${conversation} USER_ID` },
      },
      sent: { status: 200, body: { status: 200, message: 'success' } },
      refused: {
        badKey: { status: 401, body: { code: 16, details: [{ reason: 'API_KEY_UNKNOWN' }, {}] } },
        noScope: { status: 403, body: { code: 7 } },
        badBody: { status: 400, body: { code: 3 } },
        notServed: { status: 501, body: { code: 12 } },
        notKenar: { status: 404, body: { code: 5, details: [{ reason: 'NOT_PART_OF_KENAR' }] } },
      },
      seen: { host: 'app.example.ir', cookie: `started=${conversation}` },
    })

    const completion = await browser.open(
      `${kenar.frontUrl}/.kenar/open-platform-redirect.divar.ir/completion?conversation=${conversation}`,
    )
    expect(completion).toMatchObject({
      status: 307,
      location: `${charsuUrl}/completion?conversation=${conversation}`,
    })
  })

  test('hears what is written to it, under its identification key', async () => {
    const { kenar } = app
    const trigger = await fetch(`${node.url}/dev/v1/apps/${slug}/trigger`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ call: 'event', body: { type: 'NEW_CHATBOT_MESSAGE', hello: slug } }),
    })
    expect(await trigger.json()).toMatchObject({ status: 200, url: `${kenar.frontUrl}/kenar/events` })
    const heard = await (await fetch(`${kenar.frontUrl}/heard`)).json()
    expect(heard).toContainEqual({ type: 'NEW_CHATBOT_MESSAGE', hello: slug })
  })

  test('a button that opens a page of its own opens the one on this machine', async () => {
    const { kenar } = app
    const trigger = await fetch(`${node.url}/dev/v1/apps/${slug}/trigger`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ call: 'session', body: {} }),
    })
    const { status, answer } = (await trigger.json()) as { status: number; answer: string }
    expect(status).toBe(200)
    expect(JSON.parse(answer)).toMatchObject({ url: `${kenar.frontUrl}/page` })
  })

  test('another host is tunnelled untouched, with its own certificate; those of Kenar are never dialled', async () => {
    const { kenar } = app
    const url = `https://${ELSEWHERE}:${elsewhere.port}/things?of=theirs`
    const answer = await fetch(`${kenar.frontUrl}/elsewhere?url=${encodeURIComponent(url)}`)
    expect([answer.status, await answer.text()]).toEqual([200, '{"status":200,"body":{"from":"elsewhere"}}'])
    expect(elsewhere.heard.at(-1)).toBe(`POST ${ELSEWHERE}:${elsewhere.port} /things?of=theirs as it is`)
    expect(new Set(dialled)).toEqual(new Set([ELSEWHERE]))
  })
})

test('nothing is left of proxies that are closed', async () => {
  const kenar = await startKenar({ charsuUrl: node.url, appPort: 1, env: {} })
  const folder = dirname(kenar.environment.NODE_EXTRA_CA_CERTS ?? '')
  expect((await stat(folder)).isDirectory()).toBe(true)
  await kenar.close()
  await expect(stat(folder)).rejects.toThrow('ENOENT')
  await expect(fetch(kenar.proxyUrl)).rejects.toThrow()
  await expect(fetch(kenar.frontUrl)).rejects.toThrow()
})
