import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { createTestDatabase, type TestDatabase } from '../../packages/server/testing/test-database.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { isAlive } from '../nodes/is-alive.ts'
import { BIN, machineNode, type RunningCharsu, startCharsu } from './charsu.ts'
import { freePort, type Started, writeSmallApp } from './small-app.ts'

const LONG_MS = 120_000

let database: TestDatabase
let folder: TemporaryFolder
let app: string

beforeAll(async () => {
  database = await createTestDatabase({ max: 3 })
  folder = await temporaryFolder()
  app = await writeSmallApp(folder.path)
})
// Who was killed stays in the table for a while, and its number may soon be another process's.
afterEach(() => database.pool.query('delete from nodes'))
afterAll(async () => {
  await folder[Symbol.asyncDispose]()
  await database.drop()
})

const settings = (more: Record<string, string> = {}): Record<string, string> => ({
  DATABASE_URL: database.url,
  CHARSU_DATABASE_CONNECTIONS: '5',
  CHARSU_LOG_LEVEL: 'warn',
  ...more,
})

interface Dev {
  dev: RunningCharsu
  /** Of the marketplace. */
  url: string
  started: Started
}

/** `charsu dev` with the small app, once that has started. */
async function startDev(
  words: string[] = [],
  options: { env?: Record<string, string>; node?: string } = {},
): Promise<Dev> {
  const appPort = await freePort()
  const dev = startCharsu(
    [
      'dev',
      '--port',
      '0',
      '--slug',
      'small',
      '--app',
      `http://localhost:${appPort}`,
      ...words,
      '--',
      process.execPath,
      app,
    ],
    { ...options, env: settings(options.env), cwd: folder.path },
  )
  const [, url = ''] = await dev.says(/(?:Charsu runs at|Joined the Charsu that runs at) (\S+)/)
  const [, started = ''] = await dev.says(/^small │ started (\{.*\})$/m)
  return { dev, url, started: JSON.parse(started) }
}

const serverPids = async (): Promise<number[]> => {
  const { rows } = await database.pool.query<{ pid: number }>('select pid from nodes where pid is not null')
  return rows.map(({ pid }) => pid).filter(isAlive)
}
const allGone = (pids: readonly number[]): Promise<unknown> =>
  waitFor(() => pids.every((pid) => !isAlive(pid)), { timeoutMs: 40_000 })

async function trigger(url: string): Promise<void> {
  await fetch(`${url}/dev/v1/apps/small/trigger`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ call: 'event', body: { type: 'NEW_MESSAGE' } }),
  })
}

test(
  'says what to open, gives the app its credentials, shows what it says and hears',
  async () => {
    const { dev, url, started } = await startDev()
    await using _ = dev
    expect(dev.said()).toContain(`${url}/chat/addon_small`)
    expect(dev.said()).toMatch(new RegExp(`${url}/chat/[0-9a-f-]{36} `))
    expect(started).toMatchObject({
      id: 'small',
      key: expect.stringMatching(/^ck/),
      secret: expect.stringMatching(/^cx/),
    })
    expect(started.marked).toBeUndefined()
    expect(dev.said().replace(/^small │.*/gm, '')).not.toContain(started.secret)
    await trigger(url)
    await dev.says(/^small │ heard POST \/charsu\/events$/m)
    await dev.says(
      /^\d\d:\d\d:\d\d\.\d{3} → trigger POST \/charsu\/events +200 +\d+ ms small {2}NEW_MESSAGE$/m,
    )

    const servers = await serverPids()
    expect(servers).toHaveLength(1)
    dev.kill('SIGINT')
    expect((await dev.ended).code).toBe(0)
    await allGone([...servers, ...started.pids])
  },
  LONG_MS,
)

describe('leaves no process behind', () => {
  test.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'after %s',
    async (signal) => {
      const { dev, started } = await startDev()
      const pids = [...(await serverPids()), ...started.pids]
      expect(pids).toHaveLength(3)
      dev.kill(signal)
      await dev.ended
      await allGone(pids)
    },
    LONG_MS,
  )

  test(
    'when Ctrl+C comes twice at once, as through npm and the terminal, it is one',
    async () => {
      const { dev, started } = await startDev()
      const pids = [...(await serverPids()), ...started.pids]
      dev.kill('SIGINT')
      dev.kill('SIGINT')
      expect((await dev.ended).code).toBe(0)
      expect(pids.filter(isAlive)).toEqual([])
    },
    LONG_MS,
  )

  test(
    'when it is killed, started by an older Node.js that hands over',
    async () => {
      const { dev, started } = await startDev([], { node: machineNode() })
      const pids = [...(await serverPids()), ...started.pids]
      dev.kill('SIGKILL')
      await allGone(pids)
    },
    LONG_MS,
  )

  test(
    'when npm is killed that started it',
    async () => {
      const npm = spawn(
        'sh',
        ['-c', `'${process.execPath}' '${BIN}' dev --port 0 -- '${process.execPath}' '${app}'; true`],
        {
          env: {
            PATH: process.env.PATH,
            npm_lifecycle_event: 'dev',
            PORT: String(await freePort()),
            ...settings(),
          },
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      let said = ''
      npm.stdout.on('data', (chunk) => {
        said += chunk
      })
      const [, started = ''] = await waitFor(() => /started (\{.*\})$/m.exec(said), { timeoutMs: 60_000 })
      const pids = [...(await serverPids()), ...(JSON.parse(started) as Started).pids]
      npm.kill('SIGKILL')
      await allGone(pids)
    },
    LONG_MS,
  )

  test(
    'when what started it was gone before it could look',
    async () => {
      const orphan = startCharsu(['dev', '--port', '0'], { env: settings({ CHARSU_PARENT_PROCESS: '1' }) })
      await orphan.ended
      expect(await serverPids()).toEqual([])
    },
    LONG_MS,
  )
})

test(
  'what the app prints of strangers does nothing to the terminal, nor do its colours where none are wanted',
  async () => {
    const print = 'process.stdout.write("\\u001b[32mgreen\\u001b[0m \\u001b[2J\\u001b]0;title\\u0007\\n")'
    await using dev = startCharsu(
      ['dev', '--port', '0', '--slug', 'small', '--', process.execPath, '-e', print],
      {
        env: settings({ PORT: String(await freePort()) }),
        cwd: folder.path,
      },
    )
    await dev.says(/^small │ green /m)
    expect(dev.said()).toContain('small │ green \\u001b[2J\\u001b]0;title\\u0007\n')
    expect(dev.said()).not.toContain('\u001b')
  },
  LONG_MS,
)

test(
  'when the app ends, its code and how to start it again are said, and the marketplace goes on',
  async () => {
    const { dev, url, started } = await startDev()
    await using _ = dev
    await fetch(`${started.url}/crash`).catch(() => {})
    await dev.says(/small ended with code 7\. The marketplace goes on\.\n.*charsu dev --slug small -- /)
    await allGone(started.pids)
    await trigger(url)
    await dev.says(/→ trigger POST \/charsu\/events +--- /)
    await dev.says(/Start the app, or say with --app where it listens\./)
  },
  LONG_MS,
)

test(
  'when the marketplace is killed, everything ends with a word on it',
  async () => {
    const { dev, started } = await startDev()
    const [server = 0] = await serverPids()
    process.kill(server, 'SIGKILL')
    const { code, err } = await dev.ended
    expect(code).toBe(1)
    expect(err).toContain('the marketplace ended with SIGKILL')
    expect(err).toContain('chats and credentials are kept')
    await allGone(started.pids)
  },
  LONG_MS,
)

test(
  'a second one joins the first, with an app of its own, and goes alone',
  async () => {
    const first = await startDev()
    await using _ = first.dev
    const { port } = new URL(first.url)
    const appPort = await freePort()
    const second = startCharsu(
      [
        'dev',
        '--port',
        port,
        '--slug',
        'second',
        '--app',
        `http://localhost:${appPort}`,
        '--',
        process.execPath,
        app,
      ],
      { env: settings(), cwd: folder.path },
    )
    await second.says(new RegExp(`Joined the Charsu that runs at ${first.url}`))
    await second.says(/^second │ started /m)
    second.kill('SIGINT')
    expect((await second.ended).code).toBe(0)
    expect((await fetch(`${first.url}/dev/v1`)).status).toBe(200)
    await trigger(first.url)
    await first.dev.says(/^small │ heard POST/m)
  },
  LONG_MS,
)

test(
  'without a command its credentials come as lines that a shell takes, the same at every start',
  async () => {
    const lines = async (): Promise<string[]> => {
      await using dev = startCharsu(['dev', '--port', '0', '--slug', 'small'], {
        env: settings(),
        cwd: folder.path,
      })
      await dev.says(/CHARSU_WEBHOOK_SECRET='.*'/)
      return dev.said().match(/^ {4}export CHARSU_(?!URL)[A-Z_]+='[^']+'$/gm) ?? []
    }
    const first = await lines()
    expect(first).toHaveLength(5)
    expect(await lines()).toEqual(first)
  },
  LONG_MS,
)

describe('does not start, and says what to do', () => {
  test('when another program has the port', async () => {
    const other = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
    await waitFor(() => other.listening)
    const { port } = other.address() as AddressInfo
    const { code, err } = await startCharsu(['dev', '--port', String(port)], { env: settings() }).ended
    other.close()
    expect([code, err]).toEqual([1, expect.stringContaining(`port ${port} is used by another program`)])
    expect(err).toContain(`charsu dev --port ${port + 1}`)
  })

  test(
    'when there is no such program; the marketplace ends as well',
    async () => {
      const { code, err } = await startCharsu(['dev', '--port', '0', '--', 'nodee', 'app.ts'], {
        env: settings(),
      }).ended
      expect([code, err]).toEqual([
        1,
        expect.stringContaining('"nodee" cannot be started: there is no such program'),
      ])
      expect(await serverPids()).toEqual([])
    },
    LONG_MS,
  )

  test(
    'when the server itself cannot',
    async () => {
      const { code, err } = await startCharsu(['dev', '--port', '0'], {
        env: settings({ DATABASE_URL: 'postgres://127.0.0.1:1/none' }),
      }).ended
      expect([code, err]).toEqual([1, expect.stringContaining('nothing listens there')])
      expect(err).not.toMatch(/^\s+at /m)
    },
    LONG_MS,
  )

  test(
    'when the folder for its state is a file',
    async () => {
      const words = ['dev', '--port', '0', '--data-dir', app]
      const { code, err } = await startCharsu(words, { env: settings({ DATABASE_URL: '' }) }).ended
      expect([code, err]).toEqual([1, expect.stringContaining('app.mjs cannot be used: it is a file\n')])
      expect(err).toContain('choose another one')
      expect(err).not.toMatch(/^\s+at /m)
    },
    LONG_MS,
  )
})
