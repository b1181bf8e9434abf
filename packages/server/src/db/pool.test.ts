import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { urlOfDatabase } from '../../testing/database-names.ts'
import { createTestDatabase } from '../../testing/test-database.ts'
import { silentLog } from '../../testing/test-log.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { isDatabaseAway } from './database-failure.ts'
import { checkServer, createPool, type PoolLog } from './pool.ts'

const open = (url: string, log: PoolLog = silentLog) =>
  createPool({ url, max: 2, log, applicationName: 'charsu test' })

const SETTINGS = `select current_setting('synchronous_commit') as synchronous_commit,
  current_setting('TimeZone') as timezone,
  current_setting('statement_timeout') as statement_timeout,
  current_setting('idle_in_transaction_session_timeout') as idle_in_transaction,
  current_setting('application_name') as application_name`

test('every session commits durably, in UTC and within limits, whatever the server or the URL says', async () => {
  await using database = await createTestDatabase({ max: 1 })
  const name = new URL(database.url).pathname.slice(1)
  await database.pool.query(`alter database ${name} set synchronous_commit = off`)
  await database.pool.query(`alter database ${name} set timezone = 'Asia/Tehran'`)
  const url = new URL(database.url)
  url.searchParams.set('options', '-c synchronous_commit=off -c work_mem=5MB')
  const pool = open(url.href)
  const { rows } = await pool.query(SETTINGS)
  expect(rows).toEqual([
    {
      synchronous_commit: 'on',
      timezone: 'UTC',
      statement_timeout: '30s',
      idle_in_transaction: '30s',
      application_name: 'charsu test',
    },
  ])
  expect((await pool.query('show work_mem')).rows).toEqual([{ work_mem: '5MB' }])
  await pool.end()
})

test('int8 is a number and timestamptz a Date', async () => {
  await using database = await createTestDatabase({ max: 1 })
  const { rows } = await database.pool.query(
    `select 9007199254740991::int8 as big, array[1, null, 2]::int8[] as list, '2026-11-22 10:00:00.5+03:30'::timestamptz as at`,
  )
  expect(rows).toEqual([
    { big: Number.MAX_SAFE_INTEGER, list: [1, null, 2], at: new Date('2026-11-22T06:30:00.500Z') },
  ])
})

test('an idle connection that the server cuts is logged and replaced', async () => {
  await using database = await createTestDatabase({ max: 1 })
  const warnings: string[] = []
  const pool = open(database.url, {
    ...silentLog,
    warn: (_fields: object, message: string) => warnings.push(message),
  })
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  await database.pool.query('select pg_terminate_backend($1)', [rows[0]!.pid])
  await waitFor(() => warnings.length > 0)
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})

test('a connection that is cut between two statements of a transaction fails the next one, and nothing else', async () => {
  await using database = await createTestDatabase({ max: 1 })
  const pool = open(database.url)
  const client = await pool.connect()
  const ended = new Promise((resolve) => client.once('end', resolve))
  await client.query('begin')
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  await database.pool.query('select pg_terminate_backend($1)', [rows[0]!.pid])
  await ended
  const failure = await client.query('select 1').catch((error: unknown) => error)
  expect(isDatabaseAway(failure)).toBe(true)
  client.release(true)
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})

test('a fit server passes; one with another default isolation is refused', async () => {
  await using database = await createTestDatabase({ max: 1 })
  await checkServer(database.pool)
  const name = new URL(database.url).pathname.slice(1)
  await database.pool.query(`alter database ${name} set default_transaction_isolation = 'serializable'`)
  const pool = open(database.url)
  await expect(checkServer(pool)).rejects.toThrow('default_transaction_isolation is "serializable"')
  await pool.end()
})

test('a database that cannot be reached is named by host and port, without its password', async () => {
  const listener = createServer()
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as { port: number }
  await new Promise((resolve) => listener.close(resolve))
  const pool = open(`postgres://someone:hunter2@127.0.0.1:${port}/charsu`)
  const failure = await checkServer(pool).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    name: 'DatabaseStartError',
    message: `the database at 127.0.0.1:${port} cannot be used: nothing listens there`,
    hint: expect.stringContaining('DATABASE_URL'),
  })
  expect(JSON.stringify(failure) + String(failure)).not.toContain('hunter2')
  await pool.end()
})

test('a wrong password and a missing database are told apart', async () => {
  await using database = await createTestDatabase({ max: 1 })
  const { password } = new URL(database.url)
  const wrong = open(database.url.replace(password, 'wrong'))
  await expect(checkServer(wrong)).rejects.toThrow('it refuses the password')
  await wrong.end()
  const missing = open(urlOfDatabase(database.url, 'no_such_database'))
  await expect(checkServer(missing)).rejects.toThrow('it has no such database')
  await missing.end()
})

test('an address that is no URL is refused with the form it should have', () => {
  expect(() => open('localhost 5432')).toThrow('the database address is not a URL')
})
