import fc from 'fast-check'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../testing/test-database.ts'
import { ApiError, CODES } from '../errors.ts'
import { toApiError } from './error-answer.ts'

const coded = (code: string, more: object = {}): Error =>
  Object.assign(new Error('secret detail'), { code, ...more })
const codeOf = (thrown: unknown): string => toApiError(thrown, 'r1').codeName

test('what is already an answer stays as it is', () => {
  const error = new ApiError('NOT_FOUND', 'nothing here', { reason: 'NOT_FOUND' })
  expect(toApiError(error, 'r1')).toBe(error)
})

test.each([
  coded('57P01'),
  coded('08006'),
  coded('53300'),
  coded('ECONNREFUSED'),
  coded('EPIPE'),
  coded('ENOENT', { syscall: 'connect' }),
  new Error('Connection terminated unexpectedly'),
  new Error('timeout exceeded when trying to connect'),
  new Error('Query read timeout'),
  new Error('Client has encountered a connection error and is not queryable'),
])('a database that is away ($code $message) is code 14, and the caller may try again', (error) => {
  expect(toApiError(error, 'r1')).toMatchObject({
    codeName: 'UNAVAILABLE',
    reason: 'DATABASE_UNAVAILABLE',
    headers: { 'retry-after': '1' },
  })
})

test.each(['55P03', '40P01', '40001', '57014'])(
  'a statement that others held up (%s) is code 14 too',
  (code) => {
    expect(toApiError(coded(code), 'r1')).toMatchObject({ codeName: 'UNAVAILABLE', reason: 'DATABASE_BUSY' })
  },
)

test('what a waiter for an exhausted pool gets is code 14', async () => {
  await using database = await createTestDatabase({ max: 1 })
  const pool = new pg.Pool({ connectionString: database.url, max: 1, connectionTimeoutMillis: 50 })
  const holder = await pool.connect()
  const failure = await pool.query('select 1').catch((error: unknown) => error)
  expect(codeOf(failure)).toBe('UNAVAILABLE')
  holder.release()
  await pool.end()
})

test('a value that PostgreSQL cannot keep is the caller’s fault', () => {
  for (const code of ['22021', '22P05', '22P02', '54001'])
    expect(codeOf(coded(code))).toBe('INVALID_ARGUMENT')
})

test('a client that goes away in the middle of its request is no failure of the server’s', () => {
  expect(toApiError(coded('ECONNRESET', { statusCode: 400 }), 'r1').http).toBe(400)
})

test('whatever else is thrown becomes code 13 with the request’s id, and its own words stay inside', () => {
  fc.assert(
    fc.property(fc.anything(), fc.string(), (thrown, message) => {
      for (const each of [thrown, Object.assign(new Error(message), { code: message })]) {
        const error = toApiError(each, 'request-1')
        expect(Object.keys(CODES)).toContain(error.codeName)
        expect(error.http).toBeGreaterThanOrEqual(400)
        if (error.codeName !== 'INTERNAL') continue
        expect(error.message).toBe('something went wrong on our side; quote this request id: request-1')
        expect(error.cause).toBe(each)
      }
    }),
  )
})
