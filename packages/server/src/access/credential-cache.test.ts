import { beforeEach, describe, expect, test } from 'vitest'
import { CredentialCache } from './credential-cache.ts'

interface Credential {
  key: string
  grant: string
  app: string
  version: number
}

const TRUST_MS = 900

describe('a cache of credentials saves reads, and never allows what the database would not', () => {
  let time: number
  let polledAt: number
  let rows: Map<string, Credential>
  let loads: string[]
  /** Holds a load back after it has read its row. */
  let barrier: Promise<void> | undefined
  let cache: CredentialCache<Credential>

  const cacheOf = (maxEntries: number): CredentialCache<Credential> =>
    new CredentialCache({
      load: async (key) => {
        loads.push(key)
        const row = rows.get(key) ?? null
        await barrier
        return row
      },
      tags: ({ grant, app }) => [`grant:${grant}`, `app:${app}`],
      clock: { now: () => 0, monotonic: () => time },
      freshness: { polledAt: () => polledAt },
      maxEntries,
      trustMs: TRUST_MS,
    })

  const put = (key: string, grant: string, app: string, version = 1): void => {
    rows.set(key, { key, grant, app, version })
  }

  beforeEach(() => {
    time = 10_000
    polledAt = 10_000
    rows = new Map()
    loads = []
    barrier = undefined
    cache = cacheOf(100)
    put('a', 'g1', 'x')
    put('b', 'g2', 'x')
    put('c', 'g3', 'y')
  })

  const getAll = async (): Promise<void> => {
    for (const key of ['a', 'b', 'c']) await cache.get(key)
    loads = []
  }

  test('a second look-up reads nothing', async () => {
    await cache.get('a')
    expect(cache.peek('a')).toEqual(rows.get('a'))
    expect(await cache.get('a')).toEqual(rows.get('a'))
    expect(loads).toEqual(['a'])
  })

  test('what is unknown is asked for every time, so that a key made later works at once', async () => {
    expect(await cache.get('new')).toBeNull()
    put('new', 'g4', 'x')
    expect(await cache.get('new')).toEqual(rows.get('new'))
  })

  test('an invalidation drops every entry with its tag and no other', async () => {
    await getAll()
    cache.invalidate('app:x')
    expect([cache.peek('a'), cache.peek('b')]).toEqual([undefined, undefined])
    expect(cache.peek('c')).toEqual(rows.get('c'))
    cache.invalidate('grant:g3')
    expect(cache.peek('c')).toBeUndefined()
  })

  test('a row read before it was revoked is not kept when the revocation comes in while it loads', async () => {
    let release = (): void => {}
    barrier = new Promise((resolve) => {
      release = resolve
    })
    const loading = cache.get('a')
    // The loader has read the living row. Now it is revoked, and the word of it arrives first.
    rows.delete('a')
    cache.invalidate('grant:g1')
    release()
    await loading
    barrier = undefined
    expect(cache.peek('a')).toBeUndefined()
    expect(await cache.get('a')).toBeNull()
  })

  test('clearing while a row loads keeps it out too', async () => {
    let release = (): void => {}
    barrier = new Promise((resolve) => {
      release = resolve
    })
    const loading = cache.get('a')
    cache.clear()
    release()
    await loading
    expect(cache.peek('a')).toBeUndefined()
  })

  test('while polling fails every look-up reads the database, and trust comes back with the next poll', async () => {
    await getAll()
    time = polledAt + TRUST_MS - 1
    expect(cache.peek('a')).toEqual(rows.get('a'))
    time = polledAt + TRUST_MS
    expect(cache.peek('a')).toBeUndefined()
    rows.delete('a')
    expect(await cache.get('a')).toBeNull()
    expect(loads).toEqual(['a'])
    polledAt = time
    expect(cache.peek('b')).toEqual(rows.get('b'))
  })

  test('nothing is trusted before the first poll', async () => {
    polledAt = Number.NEGATIVE_INFINITY
    await cache.get('a')
    expect(cache.peek('a')).toBeUndefined()
  })

  test('a full cache gives up its oldest entry, tags and all', async () => {
    cache = cacheOf(2)
    await getAll()
    expect([cache.peek('a'), cache.peek('b'), cache.peek('c')]).toEqual([
      undefined,
      rows.get('b'),
      rows.get('c'),
    ])
    cache.invalidate('app:x')
    expect([cache.peek('b'), cache.peek('c')]).toEqual([undefined, rows.get('c')])
  })

  test('an entry loaded again while untrusted carries its new tags', async () => {
    await cache.get('a')
    time = polledAt + TRUST_MS
    put('a', 'g9', 'z', 2)
    await cache.get('a')
    polledAt = time
    cache.invalidate('app:x')
    cache.invalidate('grant:g1')
    expect(cache.peek('a')).toEqual(rows.get('a'))
    cache.invalidate('grant:g9')
    expect(cache.peek('a')).toBeUndefined()
  })
})
