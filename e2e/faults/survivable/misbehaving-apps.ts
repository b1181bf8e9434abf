import { describe, expect, test } from 'vitest'
import { waitFor } from '../../../packages/server/testing/wait-for.ts'
import type { Behaviour } from '../behaviour.ts'
import { chance, type FaultBed, PATIENCE } from '../fault-bed.ts'
import { attemptLogs, endpointRow, endWaits } from '../fault-database.ts'
import { startPrivateListener } from '../private-listener.ts'
import { steadyLoad } from '../steady-load.ts'

const CONVERSATIONS = 5
const MESSAGES = 15

/** What the first attempt must be on record as, when the app does this to it. */
const HARM: { behaviour: Behaviour; record: object }[] = [
  { behaviour: 'error', record: { outcome: 'retry', status: 500 } },
  { behaviour: 'reset', record: { outcome: 'retry', error: expect.stringMatching(/^reset: /) } },
  { behaviour: 'drip', record: { outcome: 'retry', error: expect.stringMatching(/^timeout: /) } },
  { behaviour: 'silence', record: { outcome: 'retry', error: expect.stringMatching(/^timeout: /) } },
  { behaviour: 'redirect', record: { outcome: 'retry', status: 307 } },
  { behaviour: 'busy-seconds', record: { outcome: 'postponed', status: 429 } },
  { behaviour: 'busy-date', record: { outcome: 'postponed', status: 429 } },
  { behaviour: 'flood', record: { outcome: 'delivered', status: 200 } },
]
const MOST_READ_OF_A_FLOOD = 16 * 1024
/** What fits between two sockets of one machine before the reader hangs up; far from a gigabyte. */
const MOST_SENT_OF_A_FLOOD = 16 * 1024 ** 2

export function misbehavingApps(bed: FaultBed): void {
  describe('an app that misbehaves', () => {
    test.each(HARM)(
      '$behaviour, on every first call: all arrives, and its neighbour notices nothing',
      async (harm) => {
        const { app, pool } = bed
        await using inside = await startPrivateListener(app.port)
        const market = await bed.openMarket(CONVERSATIONS, ['bad', 'good'])
        app.behave(({ app: name, attempt }) =>
          name.startsWith('bad') && attempt === 1 ? harm.behaviour : 'ok',
        )
        const sentBefore = app.bytesSent()
        const load = steadyLoad(bed.living, market.conversations, chance('writers', harm.behaviour))
        await load.write(MESSAGES)
        await bed.drained()
        await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults: 0 })
        const [bad, good] = await Promise.all(
          market.apps.map(({ endpointId }) => attemptLogs(pool, endpointId)),
        )
        expect(bad).toHaveLength(MESSAGES)
        for (const log of bad!) {
          expect(log[0]).toMatchObject(harm.record)
          expect(log.at(-1)).toMatchObject({ outcome: 'delivered' })
          expect(String(log[0]!.answerBody ?? '').length).toBeLessThanOrEqual(MOST_READ_OF_A_FLOOD)
        }
        expect(good!.map((log) => log.length)).toEqual(good!.map(() => 1))
        expect(inside.connections).toBe(0)
        expect(app.bytesSent() - sentBefore).toBeLessThan(MESSAGES * MOST_SENT_OF_A_FLOOD)
      },
    )

    test('bursts of 500: all arrives, whatever left its lane on the way', async () => {
      const { app } = bed
      const market = await bed.openMarket(CONVERSATIONS)
      // Each burst is longer than the breaker's patience and than the lane's.
      const random = chance('bursts')
      const moods = Array.from({ length: 8 }, (_, burst) =>
        new Array<Behaviour>(random.between(5, 25)).fill(burst % 2 === 0 ? 'error' : 'ok'),
      ).flat()
      app.behave(() => moods.shift() ?? 'ok')
      const load = steadyLoad(bed.living, market.conversations, chance('writers', 'bursts'))
      await load.write(MESSAGES)
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults: 0 })
    })

    test('refuses connections for a while: nothing is lost', async () => {
      const { app } = bed
      const market = await bed.openMarket(CONVERSATIONS)
      app.behave(() => 'ok')
      await app.refuse()
      const load = steadyLoad(bed.living, market.conversations, chance('writers', 'refuse'))
      await load.write(MESSAGES)
      await app.listen()
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults: 0 })
    })

    test('410: it is not called again before its owner wants it to be, and then gets all of it', async () => {
      const { app, pool } = bed
      const market = await bed.openMarket(1)
      const endpoint = market.apps[0]!.endpointId
      app.behave(() => 'gone')
      const load = steadyLoad(bed.living, market.conversations, chance('writers', 'gone'))
      await load.write(1)
      await waitFor(async () => (await endpointRow(pool, endpoint)).state === 'disabled', PATIENCE)
      await endWaits(pool)
      await load.write(3)
      expect(app.arrivals.filter(({ app }) => app === market.apps[0]!.name)).toHaveLength(1)
      app.behave(() => 'ok')
      await pool.query(
        `update endpoints set state = 'enabled', disabled_at = null, disabled_reason = null, revision = revision + 1
         where id = $1`,
        [endpoint],
      )
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults: 0 })
    })

    test('says that the request is wrong: it dies at once, and its lane goes on', async () => {
      const { app, pool } = bed
      const market = await bed.openMarket(1)
      app.behave(({ text }) => (text === '0 0' ? 'refusal' : 'ok'))
      const load = steadyLoad(bed.living, market.conversations, chance('writers', 'refusal'))
      await load.write(3)
      await bed.drained()
      await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults: 0 })
      const logs = await attemptLogs(pool, market.apps[0]!.endpointId)
      expect(logs.map((log) => log.map(({ outcome }) => outcome))).toEqual([
        ['dead'],
        ['delivered'],
        ['delivered'],
      ])
    })
  })
}
