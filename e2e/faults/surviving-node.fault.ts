import { afterEach, beforeAll, expect } from 'vitest'
import { chance, useFaultBed } from './fault-bed.ts'
import type { FaultNode } from './fault-node.ts'
import { type KillablePostgres, startKillablePostgres } from './killable-postgres.ts'
import { steadyLoad } from './steady-load.ts'
import { changingDns } from './survivable/changing-dns.ts'
import { clockJumps } from './survivable/clock-jumps.ts'
import { databaseFaults } from './survivable/database-faults.ts'
import { misbehavingApps } from './survivable/misbehaving-apps.ts'

/** Faults that a node has to live through, all on the same node: none of them may leave memory behind. */

const WARM_UP_MESSAGES = 10_000
const WARM_UP_CONVERSATIONS = 64
const MOST_MEMORY = 1.2
const WARM_UP_MS = 300_000

let postgres: KillablePostgres
let node: FaultNode
let memoryWhenWarm: number
const bed = useFaultBed({
  async database() {
    postgres = await startKillablePostgres()
    return postgres
  },
})

beforeAll(async () => {
  node = await bed.start()
  const market = await bed.openMarket(WARM_UP_CONVERSATIONS)
  const load = steadyLoad(bed.living, market.conversations, chance('warm-up'))
  await load.write(WARM_UP_MESSAGES)
  await bed.drained()
  await bed.expectPromisesKept({ market, accepted: load.accepted, heldAtFaults: 0 })
  memoryWhenWarm = await node.memory()
}, WARM_UP_MS)

afterEach(async () => {
  expect((await node.memory()) / memoryWhenWarm).toBeLessThanOrEqual(MOST_MEMORY)
})

misbehavingApps(bed)
changingDns(bed)
clockJumps(bed)
databaseFaults(bed, () => postgres)
