import { randomInt } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** CHARSU_FAULT_SEED runs the same plan of faults again; CHARSU_FAULT_MUTANT runs them against a broken engine. */
const seed = Number(process.env.CHARSU_FAULT_SEED ?? randomInt(1, 2 ** 31))
const mutant = process.env.CHARSU_FAULT_MUTANT ?? null
console.log(`faults: replay with CHARSU_FAULT_SEED=${seed} npm run test:faults`)

export default defineConfig({
  test: {
    include: ['e2e/faults/**/*.fault.ts'],
    globalSetup: ['packages/server/testing/global-setup.ts'],
    provide: { faultSeed: seed, faultMutant: mutant },
    // Nodes are started again and again.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'charsu-faults-compile-cache') },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Whole nodes, a database and their load share the machine: files side by side would only slow each other down.
    fileParallelism: false,
  },
})
