import { afterEach, describe, expect, test } from 'vitest'
import { useDevelopmentBed } from '../../testing/development-bed.ts'
import { EventStreamClient } from '../../testing/event-stream.ts'
import { startTestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { trimTraffic, writeTraffic } from './traffic-store.ts'

const bed = useDevelopmentBed()
const POST = '/v1/open-platform/finder/post/demo_flat'

const open = new Set<EventStreamClient>()
afterEach(async () => {
  for (const client of open) await client.disconnect()
  open.clear()
})

async function stream(query = '', url = bed.node.url): Promise<EventStreamClient> {
  const client = new EventStreamClient(url, '', `/dev/v1/traffic/stream${query}`)
  open.add(client)
  await client.connect()
  return client
}

async function ready(query?: string, url?: string): Promise<EventStreamClient> {
  const client = await stream(query, url)
  await waitFor(() => client.events.length > 0)
  expect(client.events[0]?.event).toBe('ready')
  return client
}

const call = async (...names: string[]) => {
  for (const name of names) {
    await bed.asApp('GET', POST, { headers: { 'x-api-key': bed.made.api_key, 'x-request-id': name } })
  }
}
const namesIn = (client: EventStreamClient) =>
  client.of('exchange').map(({ refs }) => (refs as { request_id?: string }).request_id)

describe('a stream of exchanges', () => {
  test('begins at the present, and tells each one as it happens', async () => {
    await call('before')
    await bed.recorded()
    const client = await ready()
    await call('a', 'b')
    await waitFor(() => client.of('exchange').length === 2)
    expect(namesIn(client)).toEqual(['a', 'b'])
    const { records } = await bed.list(`limit=1&app=${bed.made.slug}`)
    expect(client.of('exchange').at(-1)).toEqual(records[0])
    expect(client.lastEventId).toBe(records[0]?.id)
  })

  test('goes on where it was cut off, on another node as well', async () => {
    await using second = await startTestServer({ database: bed.node.database })
    const client = await ready()
    await call('a')
    await waitFor(() => client.of('exchange').length === 1)
    await client.disconnect()
    await call('b', 'c')
    await bed.recorded(() => true, { count: 3 })
    await client.connect(second.url)
    await waitFor(() => client.of('exchange').length === 3)
    expect(namesIn(client)).toEqual(['a', 'b', 'c'])
  })

  test('hears at one node what an app calls at another', async () => {
    await using second = await startTestServer({ database: bed.node.database })
    const client = await ready('', second.url)
    await call('over-there')
    await waitFor(() => client.of('exchange').length === 1)
    expect(namesIn(client)).toEqual(['over-there'])
  })

  test('shows one app, with what nobody knows the app of', async () => {
    const { made } = bed
    const other = await bed.dev<{ api_key: string }>('PUT', `/apps/${made.slug}-other`, {})
    const client = await ready(`?app=${made.slug}`)
    const ask = (key: string, name: string) =>
      bed.asApp('GET', POST, { headers: { 'x-api-key': key, 'x-request-id': name } })
    await ask(other.api_key, 'other')
    await ask('a-wrong-key', 'wrong')
    await ask(made.api_key, 'own')
    await waitFor(() => client.of('exchange').length === 2)
    expect(namesIn(client)).toEqual(['wrong', 'own'])
  })

  test('says so when what lies in between is kept no more, or never was', async () => {
    await call('a', 'b', 'c')
    const [first] = await bed.recorded(() => true, { count: 3 })
    await trimTraffic(bed.node.db, 1)
    const client = await stream()
    await client.disconnect()
    client.lastEventId = first?.id
    await client.connect()
    await waitFor(() => client.of('exchange').length > 0)
    expect(client.events.map(({ event }) => event)).toContain('resync')
    expect(namesIn(client)).toEqual(['c'])

    const early = await stream()
    await early.disconnect()
    early.events.splice(0)
    early.lastEventId = '999999999'
    await early.connect()
    await waitFor(() => early.events.length > 0)
    expect(early.events.map(({ event }) => event)).toEqual(['resync'])
  })

  test('keeps a slow reader waiting for nothing but itself, and loses nothing of it', async () => {
    const client = await ready()
    client.pause()
    const record = {
      direction: 'from_app' as const,
      kind: 'call' as const,
      method: 'GET',
      url: '/',
      request: { headers: {}, body: 'x'.repeat(16_000) },
      answer: null,
      failure: null,
      ms: 1,
      refs: {},
    }
    const app = { slug: bed.made.slug }
    const entries = Array.from({ length: 200 }, (_, i) => ({
      at: i,
      app,
      record: { ...record, url: `/${i}` },
    }))
    for (let i = 0; i < 200; i += 50) await writeTraffic(bed.node.db, entries.slice(i, i + 50))
    const quick = await ready()
    await call('meanwhile')
    await waitFor(() => namesIn(quick).includes('meanwhile'))
    client.resume()
    await waitFor(() => client.of('exchange').length === 201)
    expect(client.of('exchange').map(({ url }) => url)).toEqual([
      ...entries.map(({ record: { url } }) => url),
      POST,
    ])
  })

  test('ends with the server, at once', async () => {
    const second = await startTestServer({ database: bed.node.database })
    const client = await ready('', second.url)
    await second.close()
    await waitFor(() => client.ended)
  })

  test('is one of fifty at most', async () => {
    const clients = await Promise.all(Array.from({ length: 51 }, () => stream()))
    expect(
      clients
        .map(({ status }) => status)
        .toSorted()
        .slice(-2),
    ).toEqual([200, 429])
  })
})
