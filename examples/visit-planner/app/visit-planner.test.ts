import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signWebhook, webhookSecret } from '@charsu/protocol/webhook-signature'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readSettings, type Settings } from './settings.ts'
import { Store } from './store.ts'
import { createVisitPlanner, type VisitPlanner } from './visit-planner.ts'

/** What stands in Charsu's place: it says 200 to every send, or what a test wants, and counts. */
let sends: { key: string | undefined }[]
let answerStatus: number
let folder: string
let settings: Settings
let app: VisitPlanner
let store: Store

const charsu = createServer((request, response) => {
  sends.push({ key: request.headers['idempotency-key']?.toString() })
  response.writeHead(answerStatus, { 'content-type': 'application/json' }).end('{"code": 9}')
})
const SECRET = webhookSecret(new Uint8Array(32).fill(5))
const stateFile = (): string => join(folder, 'state.json')

beforeAll(async () => {
  charsu.listen(0, '127.0.0.1')
  await once(charsu, 'listening')
  folder = await mkdtemp(join(tmpdir(), 'visit-planner-'))
  settings = readSettings({
    CHARSU_URL: `http://127.0.0.1:${(charsu.address() as AddressInfo).port}`,
    CLIENT_ID: 'planner',
    CLIENT_SECRET: 'secret',
    API_KEY: 'key',
    IDENTIFICATION_KEY: 'identification',
    WEBHOOK_SECRET: SECRET,
  })
})
afterAll(async () => {
  charsu.close()
  await rm(folder, { recursive: true })
})

beforeEach(async () => {
  sends = []
  answerStatus = 200
  await rm(stateFile(), { force: true })
  await openApp()
  await store.change(({ grants }) => {
    grants.villa = {
      postToken: 'villa',
      userId: 'seller',
      accessToken: 'token',
      refreshToken: null,
      expiresAt: Date.now() + 3_600_000,
    }
  })
})

/** As after a restart: what it knows comes from its file. */
async function openApp(): Promise<void> {
  store = await Store.open(stateFile())
  app = createVisitPlanner({ settings, store, log() {}, report() {}, now: Date.now })
}

const message = (sender: object, text = 'سلام') => ({
  type: 'NEW_MESSAGE',
  metadata: {},
  new_message: {
    id: 'm1',
    conversation: { id: 'c1', type: 'POST', post_token: 'villa' },
    sender,
    type: 'TEXT',
    sent_at: 1,
    text,
  },
})
const BUYER = { side: 'BUYER', type: 'HUMAN' }

async function call(path: string, value: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify(value)
  const signature = signWebhook({ id: 'evt_1', timestamp: Date.now() / 1000, body, secrets: [SECRET] })
  const request = new Request(`http://app${path}`, {
    method: 'POST',
    headers: { authorization: 'identification', ...signature, ...headers },
  })
  return app.handle(request, body)
}

describe('an event', () => {
  test('is answered only to Charsu', async () => {
    const refused = await call('/charsu/events', message(BUYER), { authorization: 'guessed' })
    expect([refused.status, sends.length]).toEqual([401, 0])
  })

  test('is acted on once, though it comes twice at the same time and again after a restart', async () => {
    const both = await Promise.all([
      call('/charsu/events', message(BUYER)),
      call('/charsu/events', message(BUYER)),
    ])
    await openApp()
    const again = await call('/charsu/events', message(BUYER))
    expect([...both, again].map(({ status }) => status)).toEqual([200, 200, 200])
    expect(sends).toHaveLength(1)
  })

  test('is tried again under the same key when Charsu could not take the message', async () => {
    answerStatus = 503
    expect((await call('/charsu/events', message(BUYER))).status).toBe(502)
    answerStatus = 200
    expect((await call('/charsu/events', message(BUYER))).status).toBe(200)
    expect(sends).toHaveLength(2)
    expect(sends[0]?.key).toBe(sends[1]?.key)
  })

  test('is done with when one of the two people does not want the message', async () => {
    answerStatus = 412
    expect((await call('/charsu/events', message(BUYER))).status).toBe(200)
  })

  test.each([
    ['its own message', { side: 'SELLER', type: 'BOT' }],
    ['another app’s message', { side: 'BUYER', type: 'BOT' }],
    ['the seller', { side: 'SELLER', type: 'HUMAN' }],
  ])('about %s is not answered in the chat', async (_who, sender) => {
    expect((await call('/charsu/events', message(sender))).status).toBe(200)
    expect(sends).toHaveLength(0)
  })

  test('of a revoked consent makes it forget the tokens', async () => {
    const event = { type: 'USER_ACCESS_REVOCATION', user_access_revocation: { user_id: 'seller' } }
    await call('/charsu/events', event)
    await openApp()
    expect(store.state.grants).toEqual({})
  })
})

describe('a session', () => {
  const version2 = { user_id: 'seller', post_token: 'villa', return_url: 'http://charsu/completion' }

  test('of either version opens the seller’s plan, which leads back', async () => {
    const version1 = { user_id: 'seller', post_token: 'villa', callback_url: 'http://charsu/completion' }
    for (const [body, headers] of [
      [version2, { 'API-Version': '2' }],
      [version1, {}],
    ] as const) {
      const { url } = (await (await call('/charsu/sessions', body, headers)).json()) as { url: string }
      const page = await app.handle(new Request(url), '')
      expect(await page.text()).toContain('href="http://charsu/completion"')
    }
  })

  test('of anybody else opens nothing', async () => {
    const answer = await call('/charsu/sessions', { ...version2, user_id: 'buyer' }, { 'API-Version': '2' })
    expect(Object.keys((await answer.json()) as object)).toEqual(['text_message'])
  })

  test('that nobody was given has no page', async () => {
    expect((await app.handle(new Request('http://app/plan/guessed'), '')).status).toBe(404)
  })
})

describe('consent', () => {
  test('that another browser began is refused', async () => {
    const asked = await app.handle(new Request('http://app/connect?post_token=villa'), '')
    const state = new URL(asked.headers.get('location') ?? '').searchParams.get('state') ?? ''
    const foreign = await app.handle(new Request(`http://app/callback?code=cc_1&state=${state}`), '')
    expect([foreign.status, sends.length]).toEqual([400, 0])
  })

  test('that was denied is told kindly', async () => {
    const asked = await app.handle(new Request('http://app/connect?post_token=villa'), '')
    const cookie = asked.headers.get('set-cookie')?.split(';')[0] ?? ''
    const state = new URL(asked.headers.get('location') ?? '').searchParams.get('state') ?? ''
    const back = new Request(`http://app/callback?error=access_denied&state=${state}`, {
      headers: { cookie },
    })
    const page = await app.handle(back, '')
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('اجازه ندادید')])
  })
})

test('settings that are missing are named, all of them', () => {
  expect(() => readSettings({ API_KEY: 'key', CLIENT_ID: 'planner' })).toThrow(
    'set CLIENT_SECRET, IDENTIFICATION_KEY, WEBHOOK_SECRET',
  )
})
