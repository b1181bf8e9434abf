import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Config } from '../config.ts'
import type { ProcessMetrics } from '../observe/render-metrics.ts'
import { createServer } from '../server.ts'
import type { Server, ServerDeps } from '../server-interface.ts'
import type { Serving } from './worker-group.ts'

export interface RenewedNodeDeps extends Omit<ServerDeps, 'onReplaced' | 'takePort'> {
  /** Whether several processes share the port, under the number that each asks for, be it 0. */
  sharesPort: boolean
}

const RETRY_MS = 500

/**
 * The node of this process. When the whole marketplace is replaced by another (docs/snapshots.md), all that a node
 * has read and holds in memory is of the one before: so a new node takes its place, behind the same port.
 */
export class RenewedNode {
  readonly #config: Config
  readonly #deps: RenewedNodeDeps
  #current: Server | undefined
  #serving: (Serving & { asked: number }) | undefined
  #renewal: Promise<void> | undefined
  readonly #leaving = new Set<Promise<void>>()
  #closing = false

  constructor(config: Config, deps: RenewedNodeDeps) {
    this.#config = config
    this.#deps = deps
  }

  async start(): Promise<Serving> {
    const server = await createServer(this.#config, { ...this.#deps, onReplaced: () => this.#renew() })
    this.#current = server
    const { port, url } = await server.listen()
    const asked = this.#deps.sharesPort ? this.#config.port : port
    this.#serving = { port, url, hostKey: server.hostKey, asked }
    return { port, url, hostKey: server.hostKey }
  }

  metrics(): Promise<ProcessMetrics> {
    return this.#current?.metrics() ?? Promise.resolve([])
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.#renewal
    await Promise.all([this.#current?.close(), ...this.#leaving])
  }

  /** Resolves when the new node serves. */
  #renew(): Promise<void> {
    // One after the other: what a second load brings may have come too late for the node of the first.
    this.#renewal = (this.#renewal ?? Promise.resolve()).then(() => this.#replace())
    return this.#renewal
  }

  async #replace(): Promise<void> {
    const before = this.#current
    if (!before || this.#closing) return
    const handedOver = Promise.withResolvers<void>()
    const left = before.close({ after: handedOver.promise })
    this.#leaving.add(left)
    void left
      .catch((error: unknown) =>
        this.#deps.log.error({ err: error }, 'a node that was replaced did not end in order'),
      )
      .finally(() => this.#leaving.delete(left))
    while (!this.#closing) {
      try {
        this.#current = await this.#successor(before)
        break
      } catch (error) {
        this.#deps.log.error({ err: error }, 'no node can be started over the new marketplace; trying again')
        await pause(RETRY_MS)
      }
    }
    handedOver.resolve()
  }

  async #successor(before: Server): Promise<Server> {
    const { asked, url } = this.#serving!
    const server = await createServer(
      { ...this.#config, port: asked, publicUrl: url },
      {
        ...this.#deps,
        onReplaced: () => this.#renew(),
        takePort: (open) =>
          inTurn(this.#deps.pool, () => {
            before.leavePort()
            return open()
          }),
      },
    )
    try {
      await server.listen()
      return server
    } catch (error) {
      await server.close()
      throw error
    }
  }
}

/** One node at a time changes hands: where processes share a port, one of them holds it at any moment. */
async function inTurn<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query(`select pg_advisory_xact_lock(hashtextextended('the port changes hands', 0))`)
    return await work()
  } finally {
    // With the transaction goes the turn.
    await client.query('rollback').catch(() => {})
    client.release()
  }
}
