import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, onTestFailed } from 'vitest'
import { createDatabase } from '../../packages/server/src/db/database.ts'
import type { DispatcherOptions } from '../../packages/server/src/delivery/dispatcher.ts'
import { misplacedDeliveries, openDeliveries } from '../../packages/server/testing/delivery-fixture.ts'
import { createTestDatabase, type TestDatabase } from '../../packages/server/testing/test-database.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { brokenPromises, type Evidence } from './broken-promises.ts'
import { endWaits } from './fault-database.ts'
import { type AcceptedMessage, type Market, openMarket } from './fault-market.ts'
import { type FaultNode, startFaultNode } from './fault-node.ts'
import { type FaultyApp, startFaultyApp } from './faulty-app.ts'
import { applyMutant } from './mutants.ts'
import { type SeededRandom, seededRandom } from './seeded-random.ts'
import { type StatementProxy, startStatementProxy } from './statement-proxy.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Every chance of the run comes from it. */
    faultSeed: number
    /** The guard that is taken out of the engine, to see that the suite finds out. */
    faultMutant: string | null
  }
}

/** Far above what anything takes here: who waits so long waits for what never comes. */
export const PATIENCE = { timeoutMs: 60_000 }

/** Chances of this run, named by what they are for. */
export const chance = (...names: readonly (string | number)[]): SeededRandom =>
  seededRandom(inject('faultSeed'), ...names)

export type FaultDatabase = Pick<TestDatabase, 'url' | 'pool' | 'drop'>

export interface FaultBedOptions {
  /** Where the database is; a database of the run's own server when absent. */
  database?: () => Promise<FaultDatabase>
}

export interface PromisesKept extends Pick<Evidence, 'market' | 'heldAtFaults'> {
  accepted: readonly (AcceptedMessage | null)[]
}

export type FaultBed = ReturnType<typeof useFaultBed>

/**
 * A database, a proxy before it and apps for one test file. Nodes live on from test to test, since a start takes
 * longer than most tests; each test has conversations and apps of its own.
 */
export function useFaultBed(options: FaultBedOptions = {}) {
  let database: FaultDatabase
  let proxy: StatementProxy
  let app: FaultyApp
  let markets = 0
  let nodes: FaultNode[] = []
  beforeAll(async () => {
    database = await (options.database ?? createTestDatabase)()
    const mutant = inject('faultMutant')
    if (mutant !== null) await applyMutant(database.pool, mutant)
    proxy = await startStatementProxy(database.url)
    app = await startFaultyApp()
  })
  beforeEach(() => {
    onTestFailed(() => console.error(`replay with CHARSU_FAULT_SEED=${inject('faultSeed')}`))
  })
  // What a failed test left behind must not fail the next one too.
  afterEach(async () => {
    await database.pool.query('truncate delivery_queue, delivery_history, delivery_attempts')
  })
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.kill()))
    await app?.[Symbol.asyncDispose]()
    await proxy?.[Symbol.asyncDispose]()
    await database?.drop()
  })

  const living = (): FaultNode[] => nodes.filter(({ alive }) => alive)
  const start = async (delivery?: Partial<DispatcherOptions>): Promise<FaultNode> => {
    const node = await startFaultNode(proxy.url, delivery)
    nodes = [...living(), node]
    return node
  }
  return {
    get pool(): pg.Pool {
      return database.pool
    },
    get proxy(): StatementProxy {
      return proxy
    },
    get app(): FaultyApp {
      return app
    },
    /** Nodes that were started and not killed. */
    living,
    start,
    /** Exactly so many living nodes, those there are before new ones. */
    async nodes(count: number): Promise<FaultNode[]> {
      await Promise.all(
        living()
          .slice(count)
          .map((node) => node.kill()),
      )
      while (living().length < count) await start()
      return living()
    },
    /** Conversations that all these apps hear. */
    openMarket(conversations: number, apps: readonly string[] = ['app'], host?: string): Promise<Market> {
      const urls = apps.map((name) => `${name}-${++markets}`).map((name) => [name, app.url(name, host)])
      return openMarket(createDatabase(database.pool), { conversations, apps: Object.fromEntries(urls) })
    },
    /** Waits until all is delivered, ending every wait for a retry or the end of a pause on the way. */
    drained: (): Promise<unknown> =>
      waitFor(async () => {
        await endWaits(database.pool)
        // What stands where nobody looks for it is not worth waiting for.
        expect(await misplacedDeliveries(database.pool)).toEqual([])
        return (await openDeliveries(database.pool)) === 0
      }, PATIENCE),
    /** All that is promised, asked for once the queue is empty; null stands for a message that was not accepted. */
    async expectPromisesKept({ market, accepted, heldAtFaults }: PromisesKept): Promise<void> {
      expect(accepted).not.toContain(null)
      const evidence = { pool: database.pool, market, arrivals: app.arrivals, heldAtFaults }
      const known = accepted.filter((message) => message !== null)
      expect(await brokenPromises({ ...evidence, accepted: known })).toEqual([])
    },
  }
}
