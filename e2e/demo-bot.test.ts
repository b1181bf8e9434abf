import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startProgram } from '../examples/visit-planner/demo/child-process.ts'
import { freePort } from '../examples/visit-planner/demo/free-port.ts'
import { PersonHere, type SeenMessage } from '../packages/server/testing/demo-bot-bed.ts'
import { createTestDatabase } from '../packages/server/testing/test-database.ts'
import { waitFor } from '../packages/server/testing/wait-for.ts'

const ROOT = join(import.meta.dirname, '..')
const TEST_MS = 120_000

/** What `npm start` runs. */
const startCharsu = (databaseUrl: string, port: number, processes: number) =>
  startProgram({
    name: 'Charsu',
    script: join(ROOT, 'packages/server/src/main.ts'),
    env: {
      PATH: process.env.PATH ?? '',
      DATABASE_URL: databaseUrl,
      CHARSU_PORT: String(port),
      CHARSU_PROCESSES: String(processes),
    },
    readyLine: /Stop: Ctrl\+C/,
  })

const byBot = ({ app }: SeenMessage): boolean => app?.slug === 'demo-bot'

test.each([{ processes: 1 }, { processes: 2 }])(
  'a first reply with two faces comes by itself, once, and the bot goes on after a restart ($processes processes)',
  async ({ processes }) => {
    await using database = await createTestDatabase({ empty: true, max: 2 })
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const first = await startCharsu(database.url, port, processes)
    let before: SeenMessage[]
    try {
      const negar = await PersonHere.logIn(url, 'negar')
      const kamran = await PersonHere.logIn(url, 'kamran')
      const seen = await waitFor(async () => (await negar.sees()).find(byBot))
      expect(seen.buttons?.rows).toHaveLength(2)
      expect((await kamran.sees()).find(byBot)?.buttons?.rows).toHaveLength(1)
      before = await negar.sees()
      expect(before).toHaveLength(2)
    } finally {
      await first.stop()
    }

    const second = await startCharsu(database.url, port, processes)
    try {
      const negar = await PersonHere.logIn(url, 'negar')
      await negar.says('هنوز هستید؟')
      const messages = await waitFor(async () => {
        const now = await negar.sees()
        return now.length >= before.length + 2 ? now : undefined
      })
      expect(messages.slice(before.length).map(byBot)).toEqual([false, true])
    } finally {
      await second.stop()
    }
  },
  TEST_MS,
)
