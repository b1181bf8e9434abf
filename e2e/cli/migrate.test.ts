import { newestMigration } from '@charsu/server/db/migrate'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../packages/server/testing/test-database.ts'
import { charsu } from './charsu.ts'

test('an empty database is brought to the newest version, which is said; again is nothing to do', async () => {
  await using database = await createTestDatabase({ empty: true, max: 2 })
  const env = { DATABASE_URL: database.url }
  const newest = await newestMigration()

  const before = await charsu(['migrate', '--status'], { env })
  expect(before.code).toBe(1)
  expect(before.out).toContain(`The database is at 0, the newest is ${newest}.`)
  expect(before.out).toContain('0001_')
  const { rows } = await database.pool.query(`select to_regclass('schema_migrations') as there`)
  expect(rows).toEqual([{ there: null }])

  const first = await charsu(['migrate'], { env })
  expect(first).toMatchObject({ code: 0, out: `Done: from 0 to ${newest}, ${newest} migrations applied.\n` })
  expect(first.err.match(/^applying 0/gm)).toHaveLength(newest)

  expect(await charsu(['migrate'], { env })).toEqual({
    code: 0,
    out: `The database is at ${newest}, the newest: nothing to do.\n`,
    err: '',
  })
  expect(await charsu(['migrate', '--status'], { env })).toMatchObject({ code: 0 })
})

test('two at once apply each migration once', async () => {
  await using database = await createTestDatabase({ empty: true, max: 2 })
  const env = { DATABASE_URL: database.url }
  const both = await Promise.all([charsu(['migrate'], { env }), charsu(['migrate'], { env })])
  expect(both.map(({ code }) => code)).toEqual([0, 0])
  const applied = both.flatMap(({ err }) => err.match(/^applying \S+/gm) ?? [])
  expect(new Set(applied).size).toBe(applied.length)
  expect(applied).toHaveLength(await newestMigration())
})

test.each([
  [{}, 2, 'DATABASE_URL is not set'],
  [{ DATABASE_URL: 'mysql://db' }, 2, 'DATABASE_URL must be a URL that begins with postgres://'],
  [{ DATABASE_URL: 'postgres://charsu:hidden@127.0.0.1:1/x' }, 1, 'nothing listens there'],
])('%j is told what to do', async (env: Record<string, string>, code, message) => {
  const ended = await charsu(['migrate'], { env })
  expect(ended).toMatchObject({ code, out: '' })
  expect(ended.err).toContain(message)
  expect(ended.err).not.toContain('hidden')
  expect(ended.err).not.toMatch(/^\s+at /m)
})

test('a database newer than the program is left alone', async () => {
  await using database = await createTestDatabase({ max: 2 })
  await database.pool.query(
    `insert into schema_migrations (version, name, checksum) values (9999, 'later', '')`,
  )
  for (const words of [['migrate'], ['migrate', '--status']]) {
    const { code, err } = await charsu(words, { env: { DATABASE_URL: database.url } })
    expect([code, err]).toEqual([1, expect.stringContaining('newer than this program')])
  }
})
