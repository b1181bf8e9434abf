import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DevelopmentHello } from '../../packages/cli/src/development-shapes.ts'
import { type TemporaryFolder, temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { isAlive } from '../nodes/is-alive.ts'
import { startCharsu } from './charsu.ts'
import { freePort, type Started, writeSmallApp } from './small-app.ts'

const LONG_MS = 180_000

let folder: TemporaryFolder
let app: string

beforeAll(async () => {
  folder = await temporaryFolder()
  app = await writeSmallApp(folder.path)
})
afterAll(() => folder[Symbol.asyncDispose]())

/** With the database that it brings along, in a folder of its own. */
async function startDev() {
  const dev = startCharsu(
    ['dev', '--port', '0', '--data-dir', 'state', '--slug', 'small', '--', process.execPath, app],
    { cwd: folder.path, env: { PORT: String(await freePort()) } },
  )
  const [, url = ''] = await dev.says(/Charsu runs at (\S+)/)
  const [, started = ''] = await dev.says(/^small │ started (\{.*\})$/m)
  const hello = (await (await fetch(`${url}/dev/v1`)).json()) as DevelopmentHello
  return { dev, url, hello, started: JSON.parse(started) as Started }
}

/** Of the database's processes, the one that the others belong to; undefined when there is none. */
async function databasePid(): Promise<number | undefined> {
  const file = join(folder.path, 'state/cluster/data/postmaster.pid')
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n', 1)[0])
  return pid > 0 && isAlive(pid) ? pid : undefined
}

/** From the database itself, which knows who works on it. */
async function serverPid(): Promise<number> {
  const [port, password] = await Promise.all(
    ['port', 'cluster/password'].map((name) => readFile(join(folder.path, 'state', name), 'utf8')),
  )
  const client = new pg.Client(`postgres://charsu:${password?.trim()}@127.0.0.1:${port?.trim()}/charsu`)
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pid from nodes')
  await client.end()
  return rows.map(({ pid }) => pid).find(isAlive) ?? 0
}

async function say(url: string, hello: DevelopmentHello, text: string): Promise<void> {
  const [conversation] = hello.conversations
  const answer = await fetch(`${url}/host/v1/conversations/${conversation?.id}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hello.host_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sender: conversation?.buyer, text }),
  })
  expect(answer.status).toBe(200)
}

/** What was said in the conversation, as the buyer reads it. */
async function readChat(url: string, { conversations: [conversation] }: DevelopmentHello): Promise<string> {
  const login = await fetch(`${url}/dev/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: url },
    body: new URLSearchParams({ user: conversation?.buyer ?? '', return_to: '/' }),
  })
  const cookie = login.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
  return await (
    await fetch(`${url}/me/v1/conversations/${conversation?.id}/messages`, { headers: { cookie } })
  ).text()
}

test(
  'after kill -9 of everything, the chat and the credentials are there again, and in the end nothing runs',
  async () => {
    const first = await startDev()
    await say(first.url, first.hello, 'said before the kill')
    first.dev.kill('SIGKILL')
    await first.dev.ended
    await waitFor(async () => !first.started.pids.some(isAlive) && !(await databasePid()), {
      timeoutMs: 60_000,
    })

    const second = await startDev()
    expect(second.started.key).toBe(first.started.key)
    expect(second.started.secret).toBe(first.started.secret)
    expect(second.hello.host_key).toBe(first.hello.host_key)
    expect(await readChat(second.url, second.hello)).toContain('said before the kill')

    // The server alone is killed: it cannot end its database.
    const server = await serverPid()
    expect(await databasePid()).toBeDefined()
    process.kill(server, 'SIGKILL')
    const { code, err } = await second.dev.ended
    expect([code, err]).toEqual([1, expect.stringContaining('the marketplace ended with SIGKILL')])
    expect(second.started.pids.filter(isAlive)).toEqual([])
    expect(await databasePid()).toBeUndefined()
  },
  LONG_MS,
)
