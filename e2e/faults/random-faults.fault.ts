import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { misplacedDeliveries } from '../../packages/server/testing/delivery-fixture.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import type { Behaviour } from './behaviour.ts'
import { chance, PATIENCE, useFaultBed } from './fault-bed.ts'
import { cutConnections, endWaits, leasesHeld } from './fault-database.ts'
import type { FaultNode } from './fault-node.ts'
import type { SeededRandom } from './seeded-random.ts'
import { startLoad } from './steady-load.ts'

const bed = useFaultBed()

const NODES = 3
const FAULTS = 10
const CONVERSATIONS = 12
/** Two of three calls are taken; the rest come to every kind of harm that ends soon. */
const HARM: readonly Behaviour[] = [
  'error',
  'error',
  'reset',
  'busy-seconds',
  'busy-date',
  'redirect',
  'silence',
]

/** Faults, each after so many further messages were accepted. */
interface PlannedFault {
  fault: 'kill' | 'freeze' | 'cut' | 'refuse'
  node: number
  afterMessages: number
}

const plan = (random: SeededRandom): PlannedFault[] =>
  Array.from({ length: FAULTS }, () => ({
    fault: random.pick(['kill', 'kill', 'kill', 'freeze', 'cut', 'refuse'] as const),
    node: random.between(0, NODES - 1),
    afterMessages: random.between(5, 40),
  }))

test.each([1, 2])(
  'round %i: nodes die, freeze and are cut off at random, and every promise is kept',
  async (round) => {
    const { app, pool } = bed
    const market = await bed.openMarket(CONVERSATIONS, ['one', 'two'])
    app.behave((arrival) => {
      const random = chance('call', round, arrival.app.split('-')[0]!, arrival.text, arrival.repeat)
      return random.next() < 2 / 3 ? 'ok' : random.pick(HARM)
    })
    let nodes: FaultNode[] = await bed.nodes(NODES)
    const load = startLoad(
      () => nodes.filter(({ alive }) => alive),
      market.conversations,
      (writer) => chance('writer', round, writer),
      { pauseMs: 20 },
    )
    let heldAtFaults = 0

    const strike: Record<PlannedFault['fault'], (node: FaultNode) => Promise<void>> = {
      async kill(node) {
        await node.kill()
        heldAtFaults += await leasesHeld(pool, node.id)
        await bed.start()
        nodes = bed.living()
      },
      async freeze(node) {
        node.freeze()
        const held = await leasesHeld(pool, node.id)
        heldAtFaults += held
        await waitFor(async () => (await leasesHeld(pool, node.id)) === 0, PATIENCE)
        node.resume()
      },
      async cut() {
        heldAtFaults += await leasesHeld(pool)
        await cutConnections(pool)
      },
      async refuse() {
        heldAtFaults += await leasesHeld(pool)
        await app.refuse()
        await delay(500)
        await app.listen()
      },
    }
    for (const { fault, node, afterMessages } of plan(chance('plan', round))) {
      const until = load.accepted.length + afterMessages
      await waitFor(async () => {
        await endWaits(pool)
        return load.accepted.length >= until
      }, PATIENCE)
      await strike[fault](nodes[node % nodes.length]!)
      expect(await misplacedDeliveries(pool)).toEqual([])
    }
    await load.finish()
    await bed.drained()
    await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults })
  },
)
