import { describe, expect, test } from 'vitest'
import { waitFor } from '../../../packages/server/testing/wait-for.ts'
import { chance, type FaultBed, PATIENCE } from '../fault-bed.ts'
import { attemptLogs, endWaits, queueRows } from '../fault-database.ts'
import { PRIVATE_ADDRESS, PUBLIC_ADDRESS } from '../fault-node.ts'
import { startPrivateListener } from '../private-listener.ts'
import { steadyLoad } from '../steady-load.ts'

const HOST = 'app.charsu.test'
const MESSAGES = 24

export function changingDns(bed: FaultBed): void {
  describe('DNS answers that turn from public to private', () => {
    test('between two attempts: the second is refused before a packet leaves, the third finds the way', async () => {
      const { app, pool } = bed
      await using inside = await startPrivateListener(app.port)
      const market = await bed.openMarket(1, ['app'], HOST)
      const node = bed.living()[0]!
      app.behave(({ attempt }) => (attempt === 1 ? 'error' : 'ok'))
      const attempts = (count: number) =>
        waitFor(async () => {
          const [row] = await queueRows(pool)
          return row?.attempts === count && row.lease_owner === null
        }, PATIENCE)

      await node.setDns([[PUBLIC_ADDRESS]])
      const load = steadyLoad(bed.living, market.conversations, chance('writers', 'dns'))
      await load.write(1)
      await attempts(1)
      await node.setDns([[PRIVATE_ADDRESS]])
      await endWaits(pool)
      await attempts(2)
      await node.setDns([[PRIVATE_ADDRESS, PUBLIC_ADDRESS]])
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults: 0 })
      expect(await attemptLogs(pool, market.apps[0]!.endpointId)).toMatchObject([
        [
          { outcome: 'retry', status: 500 },
          { outcome: 'retry', error: expect.stringMatching(/^guard: .*127\.0\.0\.3/) },
          { outcome: 'delivered', status: 200 },
        ],
      ])
      expect(inside.connections).toBe(0)
    })

    test('at any look-up, at random: all arrives outside and nothing inside', async () => {
      const { app } = bed
      await using inside = await startPrivateListener(app.port)
      const market = await bed.openMarket(4, ['app'], HOST)
      const random = chance('dns')
      const answers = Array.from({ length: 3 * MESSAGES }, () =>
        random.pick([[PUBLIC_ADDRESS], [PRIVATE_ADDRESS], [PRIVATE_ADDRESS, PUBLIC_ADDRESS], []]),
      )
      await bed.living()[0]!.setDns([...answers, [PUBLIC_ADDRESS]])
      app.behave(() => 'ok-once')
      const load = steadyLoad(bed.living, market.conversations, chance('writers', 'dns at random'))
      await load.write(MESSAGES)
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults: 0 })
      expect(inside.connections).toBe(0)
    })
  })
}
