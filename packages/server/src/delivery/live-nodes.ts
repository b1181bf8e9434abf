import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { startLoop, type WakeableLoop } from './wakeable-loop.ts'

export interface LiveNodesDeps {
  db: Database
  log: { warn(fields: object, message: string): void }
  /** Told when this node has come or is about to be gone, so that others need not wait for their next look. */
  onChange?: () => void
}

/** This node as others see it. */
export interface OwnNode {
  id: string
  host: string
  pid: number | null
  version: string
  /** Takes part in delivery. */
  delivers: boolean
}

export interface LiveNodesOptions {
  beatMs: number
  /** A node not seen for so long is taken for dead. */
  lifeMs: number
}

const DEFAULTS: LiveNodesOptions = { beatMs: 5_000, lifeMs: 15_000 }

/**
 * Says every few seconds that this node lives, and counts those that do. A number to share by, never one to decide
 * by: it is right only a few seconds after a node came or died.
 */
export class LiveNodes {
  readonly #deps: LiveNodesDeps
  readonly #self: OwnNode
  readonly #options: LiveNodesOptions
  #loop: WakeableLoop | undefined
  #others: { all: number; delivering: number } | undefined
  #failing = false

  constructor(deps: LiveNodesDeps, self: OwnNode, options: Partial<LiveNodesOptions> = {}) {
    this.#deps = deps
    this.#self = self
    this.#options = { ...DEFAULTS, ...options }
  }

  /** Nodes that deliver, this one among them; at least 1. */
  get delivering(): number {
    return Math.max(1, (this.#others?.delivering ?? 0) + (this.#self.delivers ? 1 : 0))
  }

  /** Nodes that live, this one among them; at least 1. */
  get living(): number {
    return (this.#others?.all ?? 0) + 1
  }

  /** Whether no other node lives, as far as is known. */
  get isAlone(): boolean {
    return this.#others?.all === 0
  }

  /** Resolves after the first look; a database that does not answer is asked again later. */
  async start(): Promise<void> {
    const looked = Promise.withResolvers<void>()
    this.#loop = startLoop(
      async () => {
        await this.#beat()
        looked.resolve()
      },
      { pauseMs: this.#options.beatMs },
    )
    await looked.promise
    this.#deps.onChange?.()
  }

  /** Another node may have come or gone. */
  wake(): void {
    this.#loop?.wake()
  }

  async stop(): Promise<void> {
    await this.#loop?.stop()
    try {
      await this.#deps.db.deleteFrom('nodes').where('id', '=', this.#self.id).execute()
      this.#deps.onChange?.()
    } catch {
      // Without a word it counts as dead a little later.
    }
  }

  async #beat(): Promise<void> {
    const { id, host, pid, version, delivers } = this.#self
    const life = sql`${`${this.#options.lifeMs} milliseconds`}::interval`
    try {
      // Written anew each time: a node that was stopped for long may have been taken out.
      const { rows } = await sql<{ all: number; delivering: number }>`
        with beat as (
          insert into nodes (id, host, pid, version, delivers)
          values (${id}, ${host}, ${pid}, ${version}, ${delivers})
          on conflict (id) do update set seen_at = clock_timestamp())
        select count(*) as all, count(*) filter (where delivers) as delivering
        from nodes where id <> ${id} and seen_at > clock_timestamp() - ${life}`.execute(this.#deps.db)
      this.#others = rows[0]
      this.#failing = false
    } catch (error) {
      if (!this.#failing) this.#deps.log.warn({ err: error }, 'could not look which nodes live; trying again')
      this.#failing = true
    }
  }
}

/** Rows of nodes that died without taking their leave, kept for a while for people to see. */
export async function pruneNodes(db: Database): Promise<void> {
  await sql`delete from nodes where id = any(array(
    select id from nodes where seen_at < clock_timestamp() - interval '1 hour' for update skip locked))`.execute(
    db,
  )
}
