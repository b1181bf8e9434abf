import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { request } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { describe, expect, test } from 'vitest'
import { hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { startTestServer, TEST_HOST_KEY, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../testing/webhook-receiver.ts'
import type { Config } from '../config.ts'

const CALLS = [
  ['GET', '/dev/v1'],
  ['PUT', '/dev/v1/apps/app'],
  ['POST', '/dev/v1/apps/app/trigger'],
  ['GET', '/dev/v1/traffic'],
  ['GET', '/dev/v1/traffic/stream'],
  ['POST', '/dev/v1/deliveries/1/resend'],
  ['GET', '/dev/as/somebody'],
  ['GET', '/dev/as/somebody/me/v1'],
  ['GET', '/dev/login'],
  ['GET', '/dev/v1/apps/app/faults'],
  ['PUT', '/dev/v1/apps/app/faults'],
  ['GET', '/dev/v1/apps/app/queue'],
  ['POST', '/dev/v1/apps/app/queue/drain'],
  ['POST', '/dev/v1/apps/app/consents'],
  ['POST', '/dev/v1/apps/app/tokens/expire'],
  ['GET', '/dev/v1/messages/0/story'],
  ['GET', '/dev/v1/snapshots'],
  ['PUT', '/dev/v1/demo-bot'],
  ['GET', '/dev/demo-bot'],
  ['POST', '/dev/demo-bot/events'],
] as const

/** The server's own Fastify while it is made. */
async function startWatched(config: Parameters<typeof startTestServer>[0]) {
  const made: FastifyInstance[] = []
  const take = (message: unknown) => void made.push((message as { fastify: FastifyInstance }).fastify)
  subscribe('fastify.initialization', take)
  try {
    return { node: await startTestServer(config), http: made[0] }
  } finally {
    unsubscribe('fastify.initialization', take)
  }
}

/** How many hooks look at answers. */
function onSendHooks(http: FastifyInstance | undefined): number {
  const symbol = Object.getOwnPropertySymbols(http ?? {}).find(
    ({ description }) => description === 'fastify.hooks',
  )
  const hooks = symbol && (http as unknown as Record<symbol, { onSend: unknown[] }>)[symbol]
  if (!hooks) throw new Error('Fastify keeps its hooks elsewhere now')
  return hooks.onSend.length
}

/** One exchange in either direction: an app reads a post, and is told of a message. */
async function exchange(node: TestServer, hook: WebhookReceiver): Promise<void> {
  const { db } = node
  const seller = await fixture.addUser(db, { developer: true })
  const buyer = await fixture.addUser(db)
  const post = await fixture.addPost(db, seller.id)
  const conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
  const app = await fixture.addApp(db, seller.id, { eventsUrl: hook.url })
  const { grantId } = await fixture.addGrant(db, app.id, seller.id, ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ'])
  await fixture.addSubscription(db, app, seller.id, grantId, { metadata: {} })
  const path = `/v1/open-platform/finder/post/${post.token}`
  const answer = await fetch(node.url + path, { headers: { 'x-api-key': app.key } })
  expect(answer.status).toBe(200)
  await hostClient(node)('POST', `/conversations/${conversationId}/messages`, {
    sender: buyer.hostId,
    text: 'hello',
  })
  await waitFor(() => hook.received.length > 0)
}

const PRODUCTION: Partial<Config> = {
  mode: 'production',
  publicUrl: 'https://charsu.example',
  hostKey: TEST_HOST_KEY,
  egressAllow: ['127.0.0.0/8'],
  egressPorts: null,
}

describe('in production', () => {
  test('no operation is there, no hook looks on, and no row is written', async () => {
    await using database = await createTestDatabase()
    await using hook = await startWebhookReceiver()
    const { node, http } = await startWatched({ database, config: PRODUCTION })
    for (const [method, path] of CALLS) {
      const answer = await fetch(node.url + path, { method })
      expect([path, answer.status, await answer.json()]).toEqual([
        path,
        404,
        expect.objectContaining({ code: 5 }),
      ])
    }
    await exchange(node, hook)
    expect(onSendHooks(http)).toBe(0)
    await node.close()
    const { rows } = await database.pool.query(
      `select (select count(*) from development_traffic) as found, is_called from development_traffic_id`,
    )
    expect(rows).toEqual([{ found: 0, is_called: false }])
  })
})

describe('in development', () => {
  test('one hook looks on beside that of paths as a person, and a row is written of each exchange', async () => {
    await using database = await createTestDatabase()
    await using hook = await startWebhookReceiver()
    const { node, http } = await startWatched({ database })
    expect(onSendHooks(http)).toBe(2)
    await exchange(node, hook)
    await waitFor(async () => (await database.pool.query('select from development_traffic')).rowCount === 2)
    await node.close()
  })

  test('no operation answers under a name of another machine', async () => {
    await using node = await startTestServer()
    const ask = (method: string, path: string, host: string) =>
      new Promise<[number, string]>((resolve, reject) => {
        const { port } = new URL(node.url)
        request({ host: '127.0.0.1', port, method, path, headers: { host } }, async (answer) => {
          const text = (await answer.toArray()).join('')
          resolve([answer.statusCode ?? 0, text])
        })
          .on('error', reject)
          .end()
      })
    for (const [method, path] of CALLS) {
      for (const host of ['evil.example', '127.0.0.1.evil.example:4400', 'localhost.evil.example']) {
        const [status, text] = await ask(method, path, host)
        expect([path, host, status, text]).toEqual([
          path,
          host,
          403,
          expect.stringContaining('HOST_NOT_ALLOWED'),
        ])
      }
    }
  })
})
