import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppUserIds } from './app-user-ids.ts'

const ids = new AppUserIds(Buffer.alloc(32, 1))
const uuid = fc.uuid()

test('an app’s id for a user is stable, URL-safe, and leads back to the user', () => {
  fc.assert(
    fc.property(uuid, uuid, (app, user) => {
      const publicId = ids.toPublic(app, user)
      expect(publicId).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
      expect(ids.toPublic(app, user)).toBe(publicId)
      expect(new AppUserIds(Buffer.alloc(32, 1)).toUserId(app, publicId)).toBe(user)
    }),
  )
})

test('two apps know a user by ids that have nothing in common, and one app’s id says nothing to another', () => {
  fc.assert(
    fc.property(uuid, uuid, uuid, (app, other, user) => {
      fc.pre(app !== other)
      const publicId = ids.toPublic(app, user)
      expect(ids.toPublic(other, user)).not.toBe(publicId)
      expect(ids.toUserId(other, publicId)).not.toBe(user)
    }),
  )
})

test('users whose ids differ in their last digit alone have ids that share no beginning', () => {
  const user = '01991a2b-3c4d-7000-8000-00000000000'
  const app = '01991a2b-3c4d-7000-8000-0000000000ff'
  const beginnings = [...'0123456789abcdef'].map((digit) => ids.toPublic(app, user + digit).slice(0, 8))
  expect(new Set(beginnings).size).toBe(16)
})

test('another secret gives other ids', () => {
  const [app, user] = ['01991a2b-3c4d-7000-8000-0000000000ff', '01991a2b-3c4d-7000-8000-000000000000']
  expect(new AppUserIds(randomBytes(32)).toPublic(app, user)).not.toBe(ids.toPublic(app, user))
})

test('what is no such id is nobody', () => {
  fc.assert(
    fc.property(uuid, fc.string({ unit: 'binary' }), (app, text) => {
      fc.pre(!/^[A-Za-z0-9_-]{22}$/.test(text))
      expect(ids.toUserId(app, text)).toBeNull()
    }),
  )
})

test('each id has one spelling: the last character’s spare bits may not vary', () => {
  const [app, user] = ['01991a2b-3c4d-7000-8000-0000000000ff', '01991a2b-3c4d-7000-8000-000000000000']
  const publicId = ids.toPublic(app, user)
  const spellings = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
    .map((last) => publicId.slice(0, -1) + last)
    .filter((text) => ids.toUserId(app, text) === user)
  expect(spellings).toEqual([publicId])
})

test('a short secret is refused', () => {
  expect(() => new AppUserIds(Buffer.alloc(31))).toThrow('31 bytes')
})
