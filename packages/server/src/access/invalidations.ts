import { sql } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Database, Tx } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import type { Log } from '../log.ts'

export type InvalidationKind = 'app' | 'key' | 'grant' | 'user'

/** Written in the transaction that changes the credential, so that no node can miss one and keep the other. */
export async function recordInvalidation(tx: Tx, kind: InvalidationKind, key: string): Promise<void> {
  await tx.insertInto('cache_invalidations').values({ kind, key }).execute()
}

/** Rows older than this are of no use: a node that has not polled for so long forgets its whole cache. */
const KEEP = sql<Date>`now() - interval '1 hour'`
/** Well below it: after a longer silence some rows may be gone unheard, so that everything has to be forgotten. */
const LONGEST_SILENCE_MS = 30 * 60_000

export const pruneInvalidations = (db: Database, signal: AbortSignal): Promise<void> =>
  deleteInBatches({ db, signal }, { table: 'cache_invalidations', by: sql`t.created_at`, before: KEEP })

interface Listener {
  invalidate(tag: string): void
  clear(): void
}

export interface InvalidationPollerDeps {
  db: Database
  clock: Clock
  log: Log
  intervalMs: number
}

/**
 * Polls `cache_invalidations` by transaction watermark: a row becomes visible in commit order, not in the order of
 * a sequence, so polling "id > last" would lose one that commits late. The next watermark is the oldest
 * transaction still running when we looked; rows at or above it are read again, which is harmless.
 */
export class InvalidationPoller {
  readonly #deps: InvalidationPollerDeps
  readonly #listeners: Listener[] = []
  #watermark: string | undefined
  #polledAt = Number.NEGATIVE_INFINITY
  /** The same by the wall clock: the monotonic one stands still while a machine sleeps. */
  #polledOn = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #woken = false
  #stopped = false
  #failing = false

  constructor(deps: InvalidationPollerDeps) {
    this.#deps = deps
  }

  polledAt(): number {
    return this.#polledAt
  }

  listen(listener: Listener): void {
    this.#listeners.push(listener)
  }

  async start(): Promise<void> {
    this.#run()
    await this.#running
  }

  /** Another node may have recorded something: polls at once, or once more after the poll under way. */
  wake(): void {
    this.#woken = true
    this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#running
  }

  #run(): void {
    if (this.#stopped || this.#running) return
    clearTimeout(this.#timer)
    this.#woken = false
    this.#running = this.poll().finally(() => {
      this.#running = undefined
      if (this.#woken) this.#run()
      else this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#stopped) return
    this.#timer = setTimeout(() => this.#run(), this.#deps.intervalMs)
    this.#timer.unref()
  }

  /** One round; a failure leaves the caches untrusted until the next success. */
  async poll(): Promise<void> {
    const startedAt = this.#deps.clock.monotonic()
    const startedOn = this.#deps.clock.now()
    try {
      const since = this.#watermark
      const { rows } = await sql<{ tag: string | null; next: string }>`
        select w.next, i.kind || ':' || i.key as tag
        from (select pg_snapshot_xmin(pg_current_snapshot())::text as next) w
        left join cache_invalidations i on i.xid >= ${since ?? null}::xid8`.execute(this.#deps.db)
      if (Math.abs(startedOn - this.#polledOn) > LONGEST_SILENCE_MS)
        for (const listener of this.#listeners) listener.clear()
      for (const { tag } of rows) if (tag) for (const listener of this.#listeners) listener.invalidate(tag)
      this.#watermark = rows[0]?.next
      this.#polledAt = startedAt
      this.#polledOn = startedOn
      if (this.#failing) this.#deps.log.info({}, 'invalidated credentials are polled for again')
      this.#failing = false
    } catch (error) {
      if (!this.#failing)
        this.#deps.log.warn(
          { err: error },
          'could not poll for invalidated credentials; reading the database instead',
        )
      this.#failing = true
    }
  }
}
