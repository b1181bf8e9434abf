import { expect, onTestFailed, test } from 'vitest'
import { misplacedDeliveries } from '../../packages/server/testing/delivery-fixture.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import type { Behaviour } from './behaviour.ts'
import { chance, PATIENCE, useFaultBed } from './fault-bed.ts'
import { cutConnections, endWaits, leasesHeld } from './fault-database.ts'
import type { FaultNode } from './fault-node.ts'
import type { SeededRandom } from './seeded-random.ts'
import { steadyLoad } from './steady-load.ts'

const bed = useFaultBed()

const NODES = 3
const FAULTS = 9
const CONVERSATIONS = 12
/** Of four calls three are taken; the fourth comes to some harm that ends soon. */
const TAKEN = 3 / 4
const HARM: readonly Behaviour[] = ['error', 'error', 'error', 'reset', 'redirect', 'silence', 'busy-date']

interface PlannedFault {
  fault: 'kill' | 'leave' | 'freeze' | 'cut' | 'refuse'
  node: number
  /** Messages that are written meanwhile. */
  messages: number
}

const plan = (random: SeededRandom): PlannedFault[] =>
  Array.from({ length: FAULTS }, () => ({
    fault: random.pick(['kill', 'kill', 'kill', 'leave', 'freeze', 'cut', 'refuse'] as const),
    node: random.between(0, NODES - 1),
    messages: random.between(10, 40),
  }))

test.each([1, 2])(
  'round %i: nodes die, freeze and are cut off under load, and every promise is kept',
  async (round) => {
    const { app, pool } = bed
    const faults = plan(chance('plan', round))
    onTestFailed(() => console.error('the plan was', faults))
    const market = await bed.openMarket(CONVERSATIONS, ['one', 'two'])
    app.behave((arrival) => {
      const name = arrival.app.split('-')[0]!
      const random = chance('call', round, name, arrival.text, arrival.repeat)
      return random.next() < TAKEN ? 'ok' : random.pick(HARM)
    })
    await bed.nodes(NODES)
    const load = steadyLoad(bed.living, market.conversations, chance('writers', round))
    let heldAtFaults = 0

    const strike: Record<PlannedFault['fault'], (node: FaultNode) => Promise<unknown>> = {
      async kill(node) {
        await node.kill()
        heldAtFaults += await leasesHeld(pool, node.id)
        await bed.start()
      },
      // Costs nothing: what is under way is finished, the rest given back.
      async leave(node) {
        await node.stop()
        await bed.start()
      },
      async freeze(node) {
        node.freeze()
        heldAtFaults += await leasesHeld(pool, node.id)
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
        await load.write(CONVERSATIONS)
        await app.listen()
      },
    }
    for (const { fault, node, messages } of faults) {
      const goal = load.accepted.length + messages
      const writing = load.write(messages)
      await waitFor(async () => {
        await endWaits(pool)
        return load.accepted.length >= goal - messages / 2
      }, PATIENCE)
      await strike[fault](bed.living()[node]!)
      expect(await misplacedDeliveries(pool)).toEqual([])
      await writing
    }
    await bed.drained()
    await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults })
  },
)
