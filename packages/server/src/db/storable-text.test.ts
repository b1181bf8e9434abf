import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { storableText } from './storable-text.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase({ empty: true })
})
afterAll(() => database.drop())

test('any text comes back from PostgreSQL as it was stored', async () => {
  const texts = fc.sample(fc.string({ unit: 'binary' }), 500).map((text) => storableText(`\0${text}\ud800`))
  const { rows } = await database.pool.query('select unnest($1::text[]) as text', [texts])
  expect(rows.map(({ text }) => text)).toEqual(texts)
})
