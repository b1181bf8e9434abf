import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { createTestDatabase } from '../../packages/server/testing/test-database.ts'
import { TEST_HOST_KEY } from '../../packages/server/testing/test-server.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { isAlive } from '../nodes/is-alive.ts'
import { charsu, startCharsu } from './charsu.ts'
import { freePort } from './small-app.ts'

const LONG_MS = 120_000

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'the server runs with the environment’s settings, and ends with the command: %s',
  async (signal) => {
    await using database = await createTestDatabase({ max: 2 })
    const port = String(await freePort())
    const server = startCharsu(['start', '--processes', '2'], {
      env: {
        CHARSU_MODE: 'production',
        CHARSU_PUBLIC_URL: 'https://charsu.example',
        CHARSU_HOST: '127.0.0.1',
        CHARSU_HOST_KEY: TEST_HOST_KEY,
        CHARSU_DATABASE_CONNECTIONS: '4',
        CHARSU_PORT: port,
        DATABASE_URL: database.url,
      },
    })
    await server.says(/Charsu is ready at https:\/\/charsu\.example/)
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
    const { rows } = await database.pool.query<{ pid: number }>('select pid from nodes')
    expect(rows).toHaveLength(2)
    server.kill(signal)
    const { code } = await server.ended
    if (signal !== 'SIGKILL') expect(code).toBe(0)
    await waitFor(() => rows.every(({ pid }) => !isAlive(pid)), { timeoutMs: 40_000 })
  },
  LONG_MS,
)

test('settings that are wrong are all said, and the command fails', async () => {
  const { code, err } = await charsu(['start'], { env: { CHARSU_PORT: 'x', CHARSU_MODE: 'production' } })
  expect(code).toBe(1)
  for (const name of ['CHARSU_PORT', 'CHARSU_HOST_KEY', 'DATABASE_URL']) expect(err).toContain(`- ${name} `)
  expect(err).toContain('the server ended with code 1')
})

test(
  'an app that is killed with its leash leaves nothing behind',
  async () => {
    await using database = await createTestDatabase({ max: 2 })
    await using folder = await temporaryFolder()
    const app = join(folder.path, 'app.mjs')
    await writeFile(
      app,
      `console.log('pids ' + process.pid + ' ' + process.ppid); setInterval(() => {}, 1000)`,
    )
    await using dev = startCharsu(['dev', '--port', '0', '--slug', 'leashed', '--', process.execPath, app], {
      env: { DATABASE_URL: database.url, CHARSU_DATABASE_CONNECTIONS: '4' },
    })
    const [, pid, leash] = await dev.says(/pids (\d+) (\d+)/)
    process.kill(Number(leash), 'SIGKILL')
    await dev.says(/leashed ended with SIGKILL/)
    await waitFor(() => !isAlive(Number(pid)))
  },
  LONG_MS,
)
