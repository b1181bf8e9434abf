import { describe, expect, test } from 'vitest'
import { waitFor } from '../../../packages/server/testing/wait-for.ts'
import type { Behaviour } from '../behaviour.ts'
import { chance, type FaultBed, PATIENCE } from '../fault-bed.ts'
import { expireLeases, leasesHeld, queueRows } from '../fault-database.ts'
import { send } from '../fault-market.ts'
import { steadyLoad } from '../steady-load.ts'

const HOUR_MS = 3_600_000
const CONVERSATIONS = 6
const MESSAGES = 60

export function clockJumps(bed: FaultBed): void {
  describe('clock jumps', () => {
    test.each([HOUR_MS, -HOUR_MS])('of a node by %i ms, in the middle of load', async (aheadMs) => {
      const market = await bed.openMarket(CONVERSATIONS)
      bed.app.behave(({ attempt, text }) =>
        attempt === 1 ? chance('clock', aheadMs, text).pick(['ok', 'error', 'busy-date']) : 'ok',
      )
      const node = bed.living()[0]!
      const load = steadyLoad(bed.living, market.conversations, chance('writers', 'clock', aheadMs))
      const writing = load.write(MESSAGES)
      await waitFor(() => load.accepted.length > MESSAGES / 3, PATIENCE)
      await node.setClock(aheadMs)
      await waitFor(() => load.accepted.length > (2 * MESSAGES) / 3, PATIENCE)
      await node.setClock(0)
      await writing
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults: 0 })
    })

    test('of the database forward: all leases are over at once, though their holders live', async () => {
      const { app, pool } = bed
      const market = await bed.openMarket(CONVERSATIONS)
      const answer = Promise.withResolvers<void>()
      app.behave(async ({ attempt, repeat }): Promise<Behaviour> => {
        if (attempt === 1 && repeat === 0) await answer.promise
        return 'ok'
      })
      const load = steadyLoad(bed.living, market.conversations, chance('writers', 'forward'))
      await load.write(CONVERSATIONS)
      await waitFor(async () => (await leasesHeld(pool)) > 0, PATIENCE)
      const heldAtFaults = await leasesHeld(pool)
      await expireLeases(pool)
      await waitFor(
        () => app.arrivals.some(({ repeat, app }) => repeat > 0 && app === market.apps[0]!.name),
        PATIENCE,
      )
      answer.resolve()
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults })
    })

    test('of the database back: the leases of a dead node do not last an hour longer', async () => {
      const { app, pool } = bed
      const market = await bed.openMarket(1)
      app.behave(() => 'ok')
      const dying = await bed.start()
      const held = app.holdAnswer()
      const one = await send(dying, market.conversations[0]!, 'one')
      await held.reached
      await dying.kill()
      const heldAtFaults = await leasesHeld(pool)
      await pool.query(`update delivery_queue set lease_until = lease_until + interval '1 hour'`)
      expect(await queueRows(pool)).toMatchObject([{ source_id: one!.id }])
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: [one], heldAtFaults })
    })
  })
}
