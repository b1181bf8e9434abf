import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ConsoleClient, consoleClient, refusal, wrongFields } from '../../testing/console-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { createLog } from '../log.ts'
import type { ApiKeyView } from './api-keys.ts'

type NewKey = ApiKeyView & { key: string }

const SEND = 'CHAT_SEND_MESSAGE_OAUTH'
const lines: string[] = []
let node: TestServer
let other: TestServer
let call: ConsoleClient
let app: string
let apps = 0

beforeAll(async () => {
  const log = createLog({ level: 'trace', destination: { write: (line: string) => void lines.push(line) } })
  node = await startTestServer({ log })
  other = await startTestServer({ database: node.database, log })
})
afterAll(async () => {
  await other.close()
  await node.close()
})
beforeEach(async () => {
  const developer = await fixture.addUser(node.db, { developer: true })
  call = consoleClient(node.url, developer.cookie)
  app = `keyed-${++apps}`
  const permissions = [SEND, 'GET_POST', 'EVENTS_SEND']
  expect((await call('POST', '/apps', { slug: app, display_name: 'App', permissions })).status).toBe(200)
})

const createKey = async (permissions: string[] = [SEND], name?: string): Promise<NewKey> => {
  const answer = await call<NewKey>('POST', `/apps/${app}/keys`, { permissions, name })
  expect(answer.status, answer.text).toBe(200)
  return answer.body
}

/** How a node greets a key that sends without a user token: after the key's own checks comes the token's. */
const greeting = async (key: string, { url } = node): Promise<unknown> => {
  const answer = await fetch(`${url}/v2/open-platform/conversations/x/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key },
  })
  const text = await answer.text()
  return refusal({ status: answer.status, headers: answer.headers, body: JSON.parse(text), text })[2]
}
const ALIVE = 'ACCESS_TOKEN_MISSING'
const DEAD = 'API_KEY_UNKNOWN'

describe('an API key', () => {
  test('works with the permissions it was made with, and no others of its app', async () => {
    const { key } = await createKey([SEND])
    const weak = await createKey(['GET_POST'])
    expect([await greeting(key), await greeting(weak.key)]).toEqual([ALIVE, 'PERMISSION_MISSING'])
  })

  test('is shown once: no later answer, no log line and no row holds it', async () => {
    const answer = await call<NewKey>('POST', `/apps/${app}/keys`, { permissions: [SEND], name: 'Server' })
    const { key, ...view } = answer.body
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(key).toMatch(/^ck_[\w-]{43}$/)
    expect(view).toMatchObject({
      name: 'Server',
      hint: key.slice(0, 8),
      permissions: [SEND],
      revoked_at: null,
    })
    expect(await greeting(key)).toBe(ALIVE)

    const list = await call<{ keys: ApiKeyView[] }>('GET', `/apps/${app}/keys`)
    expect(list.body.keys).toEqual([view])
    const details = await call('GET', `/apps/${app}`)
    const revoked = await call('DELETE', `/apps/${app}/keys/${view.id}`)
    const { rows } = await node.database.pool.query<{ row: string }>('select k::text as row from api_keys k')
    const places = [list.text, details.text, revoked.text, ...rows.map(({ row }) => row), ...lines]
    expect(places.filter((text) => text.includes(key))).toEqual([])
  })

  test('carries only permissions that its app asks for; the answer names each that is not', async () => {
    const answer = await call('POST', `/apps/${app}/keys`, {
      permissions: ['EVENT_SEND', SEND, 'SEARCH_POST'],
    })
    expect(answer.status).toBe(400)
    expect(wrongFields(answer)).toEqual({
      'permissions[0]': expect.stringContaining('Did you mean "EVENTS_SEND"?'),
      'permissions[2]': expect.stringContaining('is not among the app’s permissions'),
    })
  })

  test.each([
    ['no permissions', {}, 'permissions'],
    ['an empty list', { permissions: [] }, 'permissions'],
    ['a text for a list', { permissions: SEND }, 'permissions'],
    ['a number for a name', { permissions: [SEND], name: 7 }, 'name'],
    ['a name of 101 characters', { permissions: [SEND], name: 'x'.repeat(101) }, 'name'],
  ])('is not made from %s', async (_what, body, field) => {
    const answer = await call('POST', `/apps/${app}/keys`, body)
    expect([answer.status, Object.keys(wrongFields(answer))]).toEqual([400, [field]])
  })

  test('is one of at most 50 in force', async () => {
    const answers = await Promise.all(
      Array.from({ length: 52 }, () => call<NewKey>('POST', `/apps/${app}/keys`, { permissions: [SEND] })),
    )
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused.map(refusal)).toEqual([
      [412, 9, 'TOO_MANY_KEYS'],
      [412, 9, 'TOO_MANY_KEYS'],
    ])
    const made = answers.find(({ status }) => status === 200)!
    await call('DELETE', `/apps/${app}/keys/${made.body.id}`)
    await createKey()
  })
})

describe('revoking a key', () => {
  test('ends it at once where it is asked for, and within a second on every other node', async () => {
    const { id, key } = await createKey()
    const kept = await createKey()
    expect([await greeting(key), await greeting(key, other)]).toEqual([ALIVE, ALIVE])
    const answer = await call<ApiKeyView>('DELETE', `/apps/${app}/keys/${id}`)
    expect(answer.body).toMatchObject({ id, revoked_at: expect.any(String) })
    expect(await greeting(key)).toBe(DEAD)
    await waitFor(async () => (await greeting(key, other)) === DEAD, { timeoutMs: 1000 })
    expect([await greeting(kept.key), await greeting(kept.key, other)]).toEqual([ALIVE, ALIVE])
  })

  test('again changes nothing', async () => {
    const { id } = await createKey()
    const first = await call('DELETE', `/apps/${app}/keys/${id}`)
    const second = await call('DELETE', `/apps/${app}/keys/${id}`)
    expect([second.status, second.body]).toEqual([200, first.body])
  })

  test('does not reach another app’s key, nor one that is not there', async () => {
    const { id, key } = await createKey()
    const mine = app
    app = `keyed-${++apps}`
    await call('POST', '/apps', { slug: app, display_name: 'App' })
    for (const keyId of [id, '018f0000-0000-7000-8000-000000000000', 'not-a-uuid']) {
      expect(refusal(await call('DELETE', `/apps/${app}/keys/${keyId}`))).toEqual([404, 5, 'KEY_UNKNOWN'])
    }
    expect(await greeting(key)).toBe(ALIVE)
    app = mine
  })
})

test('a permission that the app gives up is gone from its keys on every node, and does not come back', async () => {
  const { key } = await createKey([SEND, 'GET_POST'])
  expect([await greeting(key), await greeting(key, other)]).toEqual([ALIVE, ALIVE])
  await call('PATCH', `/apps/${app}`, { permissions: ['GET_POST'] })
  expect(await greeting(key)).toBe('PERMISSION_MISSING')
  await waitFor(async () => (await greeting(key, other)) === 'PERMISSION_MISSING', { timeoutMs: 1000 })
  await call('PATCH', `/apps/${app}`, { permissions: ['GET_POST', SEND] })
  expect(await greeting(key)).toBe('PERMISSION_MISSING')
  const { body } = await call<{ keys: ApiKeyView[] }>('GET', `/apps/${app}/keys`)
  expect(body.keys.map(({ permissions }) => permissions)).toEqual([['GET_POST']])
})

test('a production app’s key carries only what the host approved', async () => {
  const { key } = await createKey([SEND])
  await node.database.pool.query('update apps set development = false where slug = $1', [app])
  await call('PATCH', `/apps/${app}`, { description: 'evicts what is cached' })
  expect(await greeting(key)).toBe('PERMISSION_MISSING')
})
