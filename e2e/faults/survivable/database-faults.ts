import { describe, expect, test } from 'vitest'
import { waitFor } from '../../../packages/server/testing/wait-for.ts'
import { chance, type FaultBed, PATIENCE } from '../fault-bed.ts'
import { cutConnections, endWaits, expireLeases, leasesHeld, queueRows } from '../fault-database.ts'
import { type Market, send } from '../fault-market.ts'
import type { KillablePostgres } from '../killable-postgres.ts'
import { steadyLoad } from '../steady-load.ts'

const CONVERSATIONS = 8
const MESSAGES = 120
/** Promised: after an outage of the database deliveries go on by themselves. */
const RESUMES_WITHIN_MS = 5_000
const CUTS = 5

export function databaseFaults(bed: FaultBed, postgres: () => KillablePostgres): void {
  describe('the database', () => {
    test.each(['SIGKILL', 'SIGQUIT'] as const)('dies of %s under load and comes back', async (signal) => {
      const { app, pool } = bed
      const market = await bed.openMarket(CONVERSATIONS)
      app.behave(() => 'ok')
      const load = steadyLoad(bed.living, market.conversations, chance('writers', signal))
      const writing = load.write(MESSAGES)
      await waitFor(() => load.accepted.length > MESSAGES / 3, PATIENCE)
      const heldAtFaults = await leasesHeld(pool)
      await postgres().kill(signal)
      const { length } = app.arrivals
      await postgres().restart()
      await waitFor(() => app.arrivals.length > length, { timeoutMs: RESUMES_WITHIN_MS })
      await writing
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults })
    })

    test('dies together with a node: the other node brings all to its end', async () => {
      const { app, pool } = bed
      const market = await bed.openMarket(CONVERSATIONS)
      app.behave(() => 'ok')
      const dying = await bed.start()
      const load = steadyLoad(bed.living, market.conversations, chance('writers', 'both'))
      const writing = load.write(MESSAGES)
      await waitFor(() => load.accepted.length > MESSAGES / 3, PATIENCE)
      const heldAtFaults = await leasesHeld(pool)
      await Promise.all([postgres().kill('SIGKILL'), dying.kill()])
      await postgres().restart()
      await writing
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults })
    })

    test('loses all connections again and again', async () => {
      const { app, pool } = bed
      const market = await bed.openMarket(CONVERSATIONS)
      app.behave(() => 'ok')
      const load = steadyLoad(bed.living, market.conversations, chance('writers', 'cuts'))
      const writing = load.write(MESSAGES)
      let heldAtFaults = 0
      for (let cut = 1; cut <= CUTS; cut++) {
        await waitFor(() => load.accepted.length >= (cut * MESSAGES) / (CUTS + 1), PATIENCE)
        heldAtFaults += await leasesHeld(pool)
        await cutConnections(pool)
      }
      await writing
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults })
    })

    test.each([
      { statement: 'send_messages', what: 'a message is stored: it is stored and delivered once' },
      { statement: 'finish_deliveries', what: 'an outcome is written: it is written once' },
    ])('takes the connection away after $what', async ({ statement }) => {
      const { app, proxy } = bed
      const market = await bed.openMarket(1)
      app.behave(() => 'ok')
      const lost = proxy.hold(statement, 'answer')
      const sending = send(bed.living()[0]!, market.conversations[0]!, 'one')
      await lost.reached
      proxy.cut()
      lost.release()
      const one = await sending
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: [one], heldAtFaults: 0 })
      expect(callsTo(market)).toHaveLength(1)
    })

    test('takes the connection away after leases are given: they run out, and no call is made twice', async () => {
      const { app, pool, proxy } = bed
      const market = await bed.openMarket(1)
      app.behave(({ attempt }) => (attempt === 1 ? 'error' : 'ok'))
      const one = await send(bed.living()[0]!, market.conversations[0]!, 'one')
      await waitFor(async () => (await queueRows(pool))[0]?.attempts === 1, PATIENCE)
      const lost = proxy.hold('claim_deliveries', 'answer')
      await endWaits(pool)
      await lost.reached
      proxy.cut()
      lost.release()
      await expireLeases(pool)
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: [one], heldAtFaults: 0 })
      expect(callsTo(market)).toHaveLength(2)
    })
  })

  const callsTo = (market: Market) => bed.app.arrivals.filter(({ app }) => app === market.apps[0]!.name)
}
