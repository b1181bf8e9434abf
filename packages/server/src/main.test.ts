import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { startTestServer } from '../testing/test-server.ts'

/** What the program says and how it ends by itself, when it cannot start. */
async function failedStart(
  env: Record<string, string>,
  flags: readonly string[] = [],
): Promise<{ code: number; complaint: string }> {
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, 'main.ts')], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  return { code, complaint }
}

const settings = (database: TestDatabase, port = '0') => ({ DATABASE_URL: database.url, CHARSU_PORT: port })

test('a second program on the same port says so and ends, instead of staying without its port', async () => {
  await using first = await startTestServer()
  const { port } = new URL(first.url)
  const { code, complaint } = await failedStart(settings(first.database, port))
  expect(code).toBe(1)
  expect(complaint).toBe(
    `the configuration is not usable:\n  - CHARSU_PORT is ${port}, but a program listens there on 127.0.0.1 already, maybe another Charsu: stop it, or choose another port\n`,
  )
})

test('a database newer than the program is left alone, with a word on what to do', async () => {
  await using database = await createTestDatabase()
  await database.pool.query(
    `insert into schema_migrations (version, name, checksum) values (9999, 'later', '')`,
  )
  const { code, complaint } = await failedStart(settings(database))
  expect(code).toBe(1)
  expect(complaint).toMatch(/^the database is newer than this program: it is at migration 9999_later/)
  expect(complaint).toContain('Run the newer version of Charsu, or use another database.')
})

test('all that is wrong with the configuration is said at once', async () => {
  const { code, complaint } = await failedStart({
    CHARSU_PORT: 'http',
    CHARSU_MODE: 'production',
    CHARSU_HOST_KEY: 'short',
  })
  expect(code).toBe(1)
  for (const name of ['CHARSU_PORT', 'CHARSU_HOST_KEY', 'CHARSU_PUBLIC_URL', 'DATABASE_URL'])
    expect(complaint).toContain(`- ${name} `)
  expect(complaint).not.toContain('short')
})

test('an error that nobody caught ends the program with what went wrong and where, and none of its data', async () => {
  await using database = await createTestDatabase()
  // As soon as the program listens for such errors.
  const rejection = `
    const wait = setInterval(() => {
      if (process.listenerCount('uncaughtException') === 0) return
      clearInterval(wait)
      void (async () => {
        throw Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (phone)=(09121234567) exists' })
      })()
    }, 1)`
  const script = `data:text/javascript;base64,${Buffer.from(rejection).toString('base64')}`
  const { code, complaint } = await failedStart(settings(database), ['--import', script])
  expect(code).toBe(1)
  expect(complaint).toMatch(/^Error: duplicate key\n\s+at /)
  expect(complaint).not.toContain('0912')
})
