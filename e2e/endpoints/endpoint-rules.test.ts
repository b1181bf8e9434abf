import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { deliveryDetails } from '../../packages/server/src/console/traffic-views.ts'
import {
  type ConsoleClient,
  consoleClient,
  wrongFields,
} from '../../packages/server/testing/console-client.ts'
import { send } from '../../packages/server/testing/delivery-fixture.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../packages/server/testing/test-server.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'

// A node in production mode for which 127.0.0.2 is the public internet; 127.0.0.3 stays what it is, an address inside.

const PUBLIC = '127.0.0.2'
const PRIVATE = '127.0.0.3'

let node: TestServer
let app: http.Server
let port: number
let inside: http.Server
/** Paths that were called, and what came to the address inside. */
const heard: string[] = []
const reachedInside: string[] = []
/** What DNS says of a name, call by call; the last answer stays. */
let names: Record<string, string[][]>

async function serve(host: string, at: number, log: string[]): Promise<http.Server> {
  const server = http.createServer((request, response) => {
    log.push(request.url ?? '')
    if (request.url === '/redirect')
      response.writeHead(302, { location: `http://${PRIVATE}:${port}/stolen` }).end()
    else response.writeHead(200, { connection: 'close' }).end()
  })
  server.listen(at, host)
  await once(server, 'listening')
  return server
}

beforeAll(async () => {
  app = await serve(PUBLIC, 0, heard)
  port = (app.address() as AddressInfo).port
  inside = await serve(PRIVATE, port, reachedInside)
  node = await startTestServer({
    config: {
      mode: 'production',
      publicUrl: 'http://127.0.0.1',
      egressAllow: [`${PUBLIC}/32`],
      egressPorts: [
        { from: 443, to: 443 },
        { from: port, to: port },
      ],
    },
    deps: {
      resolver: async (name) => {
        const answers = names[name] ?? []
        return (answers.length > 1 ? answers.shift() : answers[0]) ?? []
      },
    },
  })
})
afterAll(async () => {
  await node.close()
  for (const server of [app, inside]) {
    server.closeAllConnections()
    server.close()
  }
})

let call: ConsoleClient
let listening: fixture.AppFixture
let conversation: Parameters<typeof send>[1]
beforeEach(async () => {
  names = { 'app.test': [[PUBLIC]], 'inside.test': [[PRIVATE]], 'turning.test': [[PUBLIC], [PRIVATE]] }
  heard.splice(0)
  reachedInside.splice(0)
  const developer = await fixture.addUser(node.db, { developer: true })
  call = consoleClient(node.url, developer.cookie)
  const seller = await fixture.addUser(node.db)
  const buyer = await fixture.addUser(node.db)
  const post = await fixture.addPost(node.db, seller.id)
  const conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
  conversation = { conversationId, postToken: post.token, supplierId: seller.id, demandId: buyer.id }
  listening = await fixture.addApp(node.db, developer.id, { eventsUrl: `http://${PUBLIC}:${port}/events` })
  const grant = await fixture.addGrant(node.db, listening.id, seller.id, [
    'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
  ])
  await fixture.addSubscription(node.db, listening, seller.id, grant.grantId)
})

/** What may not be called, and a part of the reason. Ports are known only once the servers listen. */
const REFUSED: Record<string, [url: () => string, reason: RegExp, stage: 'url' | 'guard']> = {
  'no URL': [() => 'events', /not an absolute URL/, 'url'],
  'another scheme': [() => 'ftp://app.test/events', /scheme is "ftp"; use http or https/, 'url'],
  'a script': [() => 'javascript:alert(1)', /use http or https/, 'url'],
  'a file': [() => 'file:///etc/passwd', /use http or https/, 'url'],
  credentials: [() => `http://sara:secret@${PUBLIC}:${port}/`, /user name or password/, 'url'],
  'a private address': [() => `http://${PRIVATE}:${port}/`, /127\.0\.0\.3 is a loopback address/, 'guard'],
  'the metadata service': [() => 'https://169.254.169.254/', /link-local/, 'guard'],
  'an IPv4 address inside an IPv6 one': [
    () => `http://[::ffff:10.0.0.1]:${port}/`,
    /private address/,
    'guard',
  ],
  'an address as a number': [() => `http://2130706435:${port}/`, /loopback/, 'guard'],
  'this machine by name': [() => `http://localhost:${port}/`, /loopback/, 'guard'],
  'a port outside the list': [() => `http://${PUBLIC}:22/`, /port 22; use one of 443, /, 'guard'],
  'the default port outside the list': [() => `http://${PUBLIC}/`, /port 80; use one of 443, /, 'guard'],
}
const cases = Object.keys(REFUSED)

describe('an endpoint URL is refused when it is saved, with the reason', () => {
  test.each(cases)('%s', async (name) => {
    const [url, reason] = REFUSED[name]!
    const settings = { events_url: url(), session_initialization_url: url(), dynamic_action_url: url() }
    const answers = [
      await call('PATCH', `/apps/${listening.slug}`, settings),
      await call('POST', '/apps', { slug: 'never-made', display_name: 'Never made', ...settings }),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(400)
      const wrong = wrongFields(answer)
      expect(Object.keys(wrong).toSorted()).toEqual(Object.keys(settings).toSorted())
      for (const words of Object.values(wrong)) expect(words).toMatch(reason)
      expect(answer.text).not.toContain('secret')
    }
    const { url: kept } = await endpointRow()
    expect(kept).toBe(`http://${PUBLIC}:${port}/events`)
  })

  test('but a good one, and a name whatever it resolves to at that time, is taken', async () => {
    for (const events_url of [
      `http://${PUBLIC}:${port}/other`,
      'https://inside.test/',
      `http://app.test:${port}/`,
    ]) {
      expect((await call('PATCH', `/apps/${listening.slug}`, { events_url })).status).toBe(200)
    }
  })
})

const endpointRow = () =>
  node.db
    .selectFrom('endpoints')
    .select(['url', 'failure_streak'])
    .where('id', '=', listening.endpointId)
    .executeTakeFirstOrThrow()

/** As if it had been saved before the rules were as they are now. */
const putUrl = (url: string) =>
  node.database.pool.query('update endpoints set url = $2, revision = revision + 1 where id = $1', [
    listening.endpointId,
    url,
  ])

type Delivery = ReturnType<typeof deliveryDetails>

/** Sends, and waits for the newest delivery's first attempt. */
async function attempted(): Promise<Delivery> {
  await send(node.database.pool, conversation, ['hello'])
  return await waitFor(async () => {
    const { body } = await call<{ deliveries: Delivery[] }>(
      'GET',
      `/apps/${listening.slug}/deliveries?limit=1`,
    )
    const [newest] = body.deliveries
    if (!newest || newest.attempts_made === 0) return null
    return (await call<Delivery>('GET', `/apps/${listening.slug}/deliveries/${newest.id}`)).body
  })
}

describe('an endpoint URL is refused when it is dialled, with the reason, and keeps its delivery', () => {
  test.each(cases)('%s', async (name) => {
    const [url, reason, stage] = REFUSED[name]!
    await putUrl(url())
    const { attempts, state, next_attempt_at } = await attempted()
    expect(attempts).toMatchObject([{ outcome: 'retry', status: null, error: expect.stringMatching(reason) }])
    expect(attempts[0]!.error).toContain(stage)
    expect(attempts[0]!.error).not.toContain('secret')
    expect([state, next_attempt_at]).toEqual(['pending', expect.any(String)])
    expect([...heard, ...reachedInside]).toEqual([])
  })

  test('a name that resolves to an address inside', async () => {
    await putUrl(`http://inside.test:${port}/`)
    const { attempts } = await attempted()
    expect(attempts).toMatchObject([
      { error: expect.stringMatching(/inside\.test: 127\.0\.0\.3 is a loopback/) },
    ])
    expect(reachedInside).toEqual([])
  })

  test('a name that turned from a public address to one inside since the last call', async () => {
    await putUrl(`http://turning.test:${port}/events`)
    expect(await attempted()).toMatchObject({ state: 'delivered' })
    expect(await attempted()).toMatchObject({
      state: 'pending',
      attempts: [{ error: expect.stringContaining('127.0.0.3') }],
    })
    expect([heard, reachedInside]).toEqual([['/events'], []])
  })

  test('the way to an address inside that a redirect shows is not taken', async () => {
    await putUrl(`http://app.test:${port}/redirect`)
    expect(await attempted()).toMatchObject({ attempts: [{ status: 302, outcome: 'retry' }] })
    expect([heard, reachedInside]).toEqual([['/redirect'], []])
  })

  test('but a good one is called', async () => {
    await putUrl(`http://app.test:${port}/events`)
    expect(await attempted()).toMatchObject({ state: 'delivered', attempts: [{ status: 200 }] })
    expect(heard).toEqual(['/events'])
  })
})
