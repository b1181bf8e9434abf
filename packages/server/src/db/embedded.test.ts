import { existsSync } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { type NodeChild, startNode } from '../../testing/node-child.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { silentLog } from '../../testing/test-log.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { startEmbedded } from './embedded.ts'
import { isAlive } from './process-identity.ts'

const CHILD = join(import.meta.dirname, '../../testing/embedded-child.ts')

interface Up {
  url: string
  reused: boolean
}

const startChild = (dataDir: string): NodeChild => startNode(CHILD, { dataDir })
const start = (dataDir: string) => startEmbedded({ dataDir, log: silentLog })

async function query(url: string, text: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query({ text, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}

async function serverPid(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, 'cluster/data/postmaster.pid'), 'utf8')).split('\n')[0])
}

test('a server outlives kill -9 of its starter, and the next start joins it', async () => {
  await using folder = await temporaryFolder()
  const child = startChild(folder.path)
  const { url } = await child.next<Up>()
  const pid = await serverPid(folder.path)
  await query(url, 'create table kept as select 7 as n')
  await child.kill()

  const server = await start(folder.path)
  expect(server).toMatchObject({ url, reused: true })
  expect(await serverPid(folder.path)).toBe(pid)
  expect(await query(server.url, 'select n from kept')).toEqual([[7]])

  await server.stop()
  expect(isAlive(pid)).toBe(false)
})

test('processes that start at the same moment on an empty folder share one server, and the last one stops it', async () => {
  await using folder = await temporaryFolder()
  const children = Array.from({ length: 5 }, () => startChild(folder.path))
  const answers = await Promise.all(children.map((child) => child.next<Up>()))
  const pid = await serverPid(folder.path)

  expect(new Set(answers.map(({ url }) => url)).size).toBe(1)
  expect(answers.filter(({ reused }) => !reused)).toHaveLength(1)

  const [last, ...others] = children as [NodeChild, ...NodeChild[]]
  for (const child of others) child.tell('stop')
  await Promise.all(others.map((child) => child.next()))
  expect(isAlive(pid)).toBe(true)
  last.tell('stop')
  await last.next()
  expect(isAlive(pid)).toBe(false)
})

test('a server killed with -9 is started again on its port with all that was committed', async () => {
  await using folder = await temporaryFolder()
  const first = await start(folder.path)
  await query(first.url, 'create table kept as select 7 as n')
  const killed = await serverPid(folder.path)
  process.kill(killed, 'SIGKILL')

  const second = await start(folder.path)
  expect(second).toMatchObject({ url: first.url, reused: false })
  expect(await query(second.url, 'select n from kept')).toEqual([[7]])
  expect(await serverPid(folder.path)).not.toBe(killed)
  await first.stop()
  await second.stop()
})

test('what a dead server left behind is no obstacle, even when its process id is that of another program', async () => {
  await using folder = await temporaryFolder()
  const first = await start(folder.path)
  const pidFile = join(folder.path, 'cluster/data/postmaster.pid')
  const left = await readFile(pidFile, 'utf8')
  await first.stop()
  await writeFile(pidFile, left.replace(/^\d+/, String(process.pid)))

  const second = await start(folder.path)
  expect(second.reused).toBe(false)
  await second.stop()
})

test('a start killed with -9 while it makes the database leaves nothing half made', async () => {
  await using folder = await temporaryFolder()
  const drafts = async () => (await readdir(folder.path)).filter((name) => name.startsWith('.init-'))
  const child = startChild(folder.path)
  const [draft] = await waitFor(async () => {
    const found = await drafts()
    return found.length > 0 ? found : null
  })
  const begun = [join(folder.path, draft!, 'data/global'), join(folder.path, 'cluster')]
  await waitFor(() => begun.some((path) => existsSync(path)))
  await child.kill()

  const server = await start(folder.path)
  expect(await query(server.url, 'select 1')).toEqual([[1]])
  expect(await drafts()).toEqual([])
  await server.stop()
})

test('the server is durable, listens on loopback below the ephemeral ports, and only its owner reads the password', async () => {
  await using folder = await temporaryFolder()
  const server = await start(folder.path)
  const settings = `select name, setting from pg_settings where name = any('{listen_addresses,
    fsync,full_page_writes,synchronous_commit,TimeZone,server_encoding,max_connections}') order by name`
  expect(Object.fromEntries(await query(server.url, settings))).toEqual({
    listen_addresses: '127.0.0.1',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    TimeZone: 'UTC',
    server_encoding: 'UTF8',
    max_connections: '100',
  })
  const { hostname, port, pathname, password } = new URL(server.url)
  expect({ hostname, pathname }).toEqual({ hostname: '127.0.0.1', pathname: '/charsu' })
  expect(Number(port)).toBeLessThan(32_768)
  expect((await stat(join(folder.path, 'cluster/password'))).mode & 0o777).toBe(0o600)
  await expect(query(server.url.replace(password, 'guess'), 'select 1')).rejects.toMatchObject({
    code: '28P01',
  })
  await server.stop()
})
