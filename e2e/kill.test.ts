import { expect, test } from 'vitest'
import { eventOf } from '../examples/visit-planner/demo/app-process.ts'
import { freePort } from '../examples/visit-planner/demo/free-port.ts'
import { startMarketplace } from '../examples/visit-planner/demo/marketplace-process.ts'
import { silentReporter } from '../examples/visit-planner/demo/reporter.ts'
import { type Stage, setStage, write } from '../examples/visit-planner/demo/stage.ts'
import { tellBeginning } from '../examples/visit-planner/demo/story.ts'
import { temporaryFolder } from '../packages/server/testing/temporary-folder.ts'
import { createTestDatabase } from '../packages/server/testing/test-database.ts'
import { waitFor } from '../packages/server/testing/wait-for.ts'

/** A lease of the killed process runs out after 30 s; only then another may take its delivery. */
const TAKEOVER_MS = 90_000
const WORDS = ['یک', 'دو', 'سه', 'چهار']

test(
  'what was answered with 200 before kill -9 is delivered by the next process, in order, each under one webhook-id',
  async () => {
    await using database = await createTestDatabase({ empty: true, max: 2 })
    await using folder = await temporaryFolder()
    const place = { database: { databaseUrl: database.url }, port: await freePort() }
    const killed = await startMarketplace(place)
    const stage = setStage({
      marketplace: killed,
      appPort: await freePort(),
      stateFolder: folder.path,
      reporter: silentReporter,
    })
    try {
      await tellBeginning(stage)
      // The app hangs, so nothing can have been delivered when the process dies.
      stage.app.signal('SIGSTOP')
      const sent: string[] = []
      for (const word of WORDS) sent.push(await write(stage, stage.buyer, word))
      await killed.kill()

      const next = await startMarketplace({ ...place, hostKey: killed.hostKey })
      try {
        stage.app.signal('SIGCONT')
        await waitFor(() => sent.every((id) => webhookIds(stage, id).length > 0), { timeoutMs: TAKEOVER_MS })
      } finally {
        await next.stop()
      }
      for (const id of sent) expect(new Set(webhookIds(stage, id)).size).toBe(1)
      expect(firstArrivals(stage).filter((id) => sent.includes(id))).toEqual(sent)
    } finally {
      await stage.app.stop()
      await killed.kill()
    }
  },
  TAKEOVER_MS + 60_000,
)

/** The ids under which events about this message came to the app and were taken. */
const webhookIds = ({ app }: Stage, messageId: string): string[] =>
  app.exchanges
    .filter((each) => eventOf(each).new_message?.id === messageId && each.status === 200)
    .map((each) => each.headers['webhook-id'] ?? '')

const firstArrivals = ({ app }: Stage): string[] => [
  ...new Set(app.exchanges.flatMap((each) => eventOf(each).new_message?.id ?? [])),
]
