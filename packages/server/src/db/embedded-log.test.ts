import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { silentLog } from '../../testing/test-log.ts'
import { startEmbedded } from './embedded.ts'
import { serverLog } from './embedded-server.ts'

test('the embedded server’s own log tells of its start and its end, and holds no row and no value of ours', async () => {
  await using folder = await temporaryFolder()
  const server = await startEmbedded({ dataDir: folder.path, log: silentLog })
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query(`create table people (phone text unique check (phone <> '09120000000'))`)
  for (const phone of ['09120000000', '09121111111', '09121111111']) {
    await client.query('insert into people values ($1)', [phone]).catch(() => {})
  }
  await expect(client.query('select $1::uuid', ['a private word'])).rejects.toThrow('a private word')
  await client.end()
  await server.stop()
  const log = await readFile(serverLog(folder.path), 'utf8')
  expect(log).toContain('database system is ready')
  expect(log).not.toMatch(/0912|private/)
})
