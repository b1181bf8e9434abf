import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AppAnswer, type ClickedAppServer, startClickedApp } from '../../testing/clicked-app.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { openDevelopmentMarketplace } from '../host/development-marketplace.ts'
import type { DevelopmentAppAnswer } from './answers.ts'
import type { TrafficRecord } from './traffic-record.ts'

let node: TestServer
let app: ClickedAppServer
let says: AppAnswer | 'hang'
let made: DevelopmentAppAnswer
let counter = 0

beforeAll(async () => {
  node = await startTestServer()
  await openDevelopmentMarketplace(node.db)
})
afterAll(() => node.close())
beforeEach(async () => {
  says = {}
  app = await startClickedApp(() => says)
  made = await dev<DevelopmentAppAnswer>('PUT', `/apps/traffic-${++counter}`, { url: app.url })
})
afterEach(() => app.close())

async function dev<T>(method: string, path: string, body?: unknown, url = node.url): Promise<T> {
  const answer = await fetch(`${url}/dev/v1${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  expect(answer.status, path).toBe(200)
  return (await answer.json()) as T
}

interface List {
  records: TrafficRecord[]
  last_id: string
}
const list = (query: string, url?: string) => dev<List>('GET', `/traffic?${query}`, undefined, url)

/** Those of the test's app, once there are so many. */
const recorded = (count: number, url?: string): Promise<TrafficRecord[]> =>
  waitFor(async () => {
    const { records } = await list(`limit=200&app=${made.slug}`, url)
    const own = records.filter(({ app: slug }) => slug === made.slug)
    return own.length >= count ? own : null
  })

const callAsApp = (method: string, path: string, headers: Record<string, string>, body?: string) =>
  fetch(node.url + path, { method, headers, ...(body !== undefined && { body }) })

describe('what an app calls', () => {
  test('is recorded with its answer, the key shortened', async () => {
    const answer = await callAsApp('GET', '/v1/open-platform/finder/post/demo_flat', {
      'x-api-key': made.api_key,
      'x-request-id': 'my-request',
    })
    expect(answer.status).toBe(200)
    const [record] = await recorded(1)
    expect(record).toMatchObject({
      direction: 'from_app',
      kind: 'call',
      method: 'GET',
      url: '/v1/open-platform/finder/post/demo_flat',
      operation: 'Finder_GetPost',
      request: { headers: { 'x-api-key': `${made.api_key.slice(0, 6)}…` }, body: null },
      answer: { status: 200, headers: { 'x-request-id': 'my-request' }, body: await answer.text() },
      failure: null,
      refs: { request_id: 'my-request' },
    })
    expect(JSON.stringify(record)).not.toContain(made.api_key)
  })
})

describe('what an app is sent', () => {
  test('by a trigger is what the platform would send', async () => {
    says = { body: { url: 'https://app.example/page' } }
    const outcome = await dev<{ id: string }>('POST', `/apps/${made.slug}/trigger`, {
      call: 'session',
      body: { user_id: 'u', extra_data: {}, conversation_id: 'c1' },
    })
    expect(outcome).toMatchObject({
      status: 200,
      url: `${app.url}/charsu/sessions`,
      effect: { open_url: 'https://app.example/page' },
      failure: null,
    })
    expect(app.received[0]?.headers).toMatchObject({
      authorization: made.identification_key,
      'webhook-id': outcome.id,
      'api-version': '2',
    })
    const [record] = await recorded(1)
    expect(record).toMatchObject({
      direction: 'to_app',
      kind: 'trigger',
      answer: { status: 200 },
      refs: { webhook_id: outcome.id, conversation_id: 'c1' },
    })
    expect(JSON.stringify(record)).not.toContain(made.identification_key)
  })
})

test('nothing listens: cause and fix', async () => {
  await app.close()
  const outcome = await dev<{ failure: { stage: string; reason: string } }>(
    'POST',
    `/apps/${made.slug}/trigger`,
    {
      call: 'event',
      body: { type: 'NEW_MESSAGE' },
    },
  )
  expect(outcome.failure).toEqual({
    stage: 'connect',
    reason: `nothing listens at ${app.url}: start your app there, or set its URL with PUT /dev/v1/apps/${made.slug}`,
  })
})
