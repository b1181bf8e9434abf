import { expect, test } from 'vitest'
import { createDatabase } from '../../packages/server/src/db/database.ts'
import { openDeliveries } from '../../packages/server/testing/delivery-fixture.ts'
import { readSamples, sampleOf } from '../../packages/server/testing/metric-values.ts'
import { createTestDatabase } from '../../packages/server/testing/test-database.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { startWebhookReceiver } from '../../packages/server/testing/webhook-receiver.ts'
import { addChats, sendTo } from './chat-load.ts'
import { startNodeProcess } from './node-process.ts'

const CONCURRENCY = 4
const LANES = 3 * CONCURRENCY

test('an endpoint’s concurrency is shared out anew when a node joins and when one leaves', async () => {
  await using database = await createTestDatabase({ max: 3 })
  let release = (): void => {}
  let held: Promise<void> = Promise.resolve()
  let inFlight = 0
  let most = 0
  const hold = (): void => {
    most = 0
    const { promise, resolve } = Promise.withResolvers<void>()
    held = promise
    release = resolve
  }
  await using receiver = await startWebhookReceiver(async () => {
    most = Math.max(most, ++inFlight)
    await held
    inFlight--
    return 200
  })
  const chats = await addChats(createDatabase(database.pool), receiver.url, LANES)
  await database.pool.query('update endpoints set concurrency = $1', [CONCURRENCY])

  /** Leases of each node, the most first. */
  const leases = async (): Promise<number[]> => {
    const { rows } = await database.pool.query<{ held: number }>(
      'select count(*) as held from delivery_queue where lease_until is not null group by lease_owner order by 1 desc',
    )
    return rows.map(({ held: count }) => count)
  }
  const first = await startNodeProcess(database.url)
  /** Every node knows of so many; until then the shares are those of before. */
  const know = (nodes: readonly { url: string }[]): Promise<unknown> =>
    waitFor(async () => {
      const pages = await Promise.all(
        nodes.map(async ({ url }) => readSamples(await (await fetch(`${url}/metrics`)).text())),
      )
      return pages.every((samples) => sampleOf(samples, 'charsu_nodes') === nodes.length)
    })
  /** One message in every lane, held by the app until so many are with each node; then all of them are answered. */
  const expectShares = async (shares: number[]): Promise<void> => {
    hold()
    for (const lane of chats.lanes) expect(await sendTo(first.url, lane)).toBeDefined()
    await waitFor(async () => JSON.stringify(await leases()) === JSON.stringify(shares))
    await waitFor(() => inFlight === CONCURRENCY)
    release()
    await waitFor(async () => (await openDeliveries(database.pool)) === 0)
    expect(most).toBe(CONCURRENCY)
  }
  try {
    await expectShares([CONCURRENCY])
    const second = await startNodeProcess(database.url)
    await know([first, second])
    await expectShares([CONCURRENCY / 2, CONCURRENCY / 2])
    await second.stop()
    await know([first])
    await expectShares([CONCURRENCY])
  } finally {
    release()
    await first.stop()
  }
}, 90_000)
