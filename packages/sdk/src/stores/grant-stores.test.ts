import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FileGrants } from './files.ts'
import type { Grant, GrantStore } from './grant-store.ts'
import { MemoryGrants } from './memory-grants.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'charsu-grants-'))
})
afterEach(() => rm(folder, { recursive: true }))

const grant = (id: string, more: Partial<Grant> = {}): Grant => ({
  id,
  userId: 'u1',
  scopes: ['USER_ID'],
  accessToken: `ca_${id}`,
  expiresAt: 1000,
  version: 0,
  ...more,
})

const stores: [string, () => GrantStore][] = [
  ['in memory', () => new MemoryGrants()],
  ['in a file', () => new FileGrants(join(folder, 'grants.json'))],
]

describe.each(stores)('grants %s', (_, open) => {
  test('come back as they were saved, under the next version', async () => {
    const store = open()
    const given = grant('a', { refreshToken: 'cr_a', side: 'seller' })
    expect(await store.get('a')).toBeUndefined()
    expect(await store.save(given)).toBe(true)
    expect(await store.get('a')).toEqual({ ...given, version: 1 })
    expect(await store.save({ ...given, accessToken: 'ca_b', version: 1 })).toBe(true)
    expect(await store.get('a')).toEqual({ ...given, accessToken: 'ca_b', version: 2 })
  })

  test('are saved by one of several who read the same version', async () => {
    const store = open()
    await store.save(grant('a'))
    const saves = ['x', 'y', 'z'].map((accessToken) => store.save(grant('a', { accessToken, version: 1 })))
    expect((await Promise.all(saves)).filter(Boolean)).toHaveLength(1)
    expect(await store.get('a')).toMatchObject({ version: 2 })
  })

  test('that were deleted do not come back with a late save', async () => {
    const store = open()
    await store.save(grant('a'))
    await store.delete('a')
    await store.delete('a')
    expect(await store.save(grant('a', { version: 1 }))).toBe(false)
    expect(await store.get('a')).toBeUndefined()
  })

  test('are not saved as new over one that is there', async () => {
    const store = open()
    await store.save(grant('a'))
    expect(await store.save(grant('a', { accessToken: 'other' }))).toBe(false)
    expect(await store.get('a')).toMatchObject({ accessToken: 'ca_a' })
  })

  test('are found by their user, by any of some scopes in any spelling, and by their end', async () => {
    const store = open()
    await store.save(grant('a', { scopes: ['CHAT_POST_CONVERSATIONS_READ.flat', 'USER_ID'], expiresAt: 10 }))
    await store.save(
      grant('b', { userId: 'u2', scopes: ['CHAT_READ_POST_CONVERSATIONS__flat'], expiresAt: 20 }),
    )
    await store.save(grant('c', { userId: undefined, scopes: ['SEND_EVENT'], expiresAt: 30 }))
    const ids = async (found: Promise<Grant[]>): Promise<string[]> => (await found).map(({ id }) => id)
    expect(await ids(store.ofUser('u1'))).toEqual(['a'])
    expect(await ids(store.ofUser('nobody'))).toEqual([])
    expect(await ids(store.withAnyScope(['CHAT_POST_CONVERSATIONS_READ.flat']))).toEqual(['a', 'b'])
    expect(await ids(store.withAnyScope(['CHAT_POST_CONVERSATIONS_READ.house', 'SEND_EVENT']))).toEqual(['c'])
    expect(await ids(store.withAnyScope([]))).toEqual([])
    expect(await ids(store.expiringBefore(20))).toEqual(['a'])
  })

  test('are not changed by what somebody does to what they were given', async () => {
    const store = open()
    const given = grant('a')
    await store.save(given)
    given.scopes.push('SEND_EVENT')
    ;(await store.get('a'))?.scopes.push('SEND_EVENT')
    expect((await store.get('a'))?.scopes).toEqual(['USER_ID'])
  })
})

describe('the file', () => {
  const path = (): string => join(folder, 'grants.json')

  test('outlasts the process, and nothing lies beside it', async () => {
    await new FileGrants(path()).save(grant('a'))
    expect(await new FileGrants(path()).get('a')).toMatchObject({ accessToken: 'ca_a' })
    expect(await readdir(folder)).toEqual(['grants.json'])
  })

  test('is readable by its owner alone, also where one was there that others could read', async () => {
    await writeFile(path(), '{"grants": []}')
    await chmod(path(), 0o644)
    await new FileGrants(path()).save(grant('a'))
    expect((await stat(path())).mode & 0o777).toBe(0o600)
  })

  test('is not made by reading, nor written anew where nothing changed', async () => {
    const store = new FileGrants(path())
    await store.get('a')
    await store.delete('a')
    expect(await store.save(grant('a', { version: 3 }))).toBe(false)
    expect(await readdir(folder)).toEqual([])
  })

  test('loses nothing when many save at once', async () => {
    const store = new FileGrants(path())
    const ids = Array.from({ length: 50 }, (_, i) => `g${i}`)
    await Promise.all(ids.map((id) => store.save(grant(id))))
    expect((await store.ofUser('u1')).map(({ id }) => id)).toEqual(ids)
  })

  const broken = ['', '{', '[]', '{"grants": 1}', '{"grants": [{"id": "a"}]}', 'null', '{"grants": [null]}']
  test.each(broken)('that holds %j is left as it is, and the error says what to do', async (text) => {
    await writeFile(path(), text)
    const store = new FileGrants(path())
    await expect(store.save(grant('a'))).rejects.toThrow(
      `${path()} holds no list of grants, and is left as it is. Put a copy of it back, or delete it: then users have to connect again.`,
    )
    expect(await readFile(path(), 'utf8')).toBe(text)
    await rm(path())
    expect(await store.save(grant('a'))).toBe(true)
  })

  test('in a folder that is not there says so', async () => {
    const store = new FileGrants(join(folder, 'missing', 'grants.json'))
    await expect(store.save(grant('a'))).rejects.toThrow(/ENOENT.*missing/)
  })
})
