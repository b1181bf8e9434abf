import { describe, expect, test } from 'vitest'
import type { Grant, GrantStore } from '../src/stores/grant-store.ts'

export const grant = (id: string, more: Partial<Grant> = {}): Grant => ({
  id,
  userId: 'u1',
  scopes: ['USER_ID'],
  accessToken: `ca_${id}`,
  expiresAt: 1000,
  version: 0,
  ...more,
})

/** What every store of grants promises. @param open an empty one */
export function describeGrantStore(name: string, open: () => GrantStore): void {
  describe(`grants ${name}`, () => {
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
      await store.save(
        grant('a', { scopes: ['CHAT_POST_CONVERSATIONS_READ.flat', 'USER_ID'], expiresAt: 10 }),
      )
      await store.save(
        grant('b', { userId: 'u2', scopes: ['CHAT_READ_POST_CONVERSATIONS__flat'], expiresAt: 20 }),
      )
      await store.save(grant('c', { userId: undefined, scopes: ['SEND_EVENT'], expiresAt: 30 }))
      const ids = async (found: Promise<Grant[]>): Promise<string[]> => (await found).map(({ id }) => id)
      expect(await ids(store.ofUser('u1'))).toEqual(['a'])
      expect(await ids(store.ofUser('nobody'))).toEqual([])
      expect(await ids(store.withAnyScope(['CHAT_POST_CONVERSATIONS_READ.flat']))).toEqual(['a', 'b'])
      expect(await ids(store.withAnyScope(['CHAT_POST_CONVERSATIONS_READ.house', 'SEND_EVENT']))).toEqual([
        'c',
      ])
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
}
