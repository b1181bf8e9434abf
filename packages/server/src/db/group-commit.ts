import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { isDatabaseAway, lostRace, tookTooLong, waitedForLock } from './database-failure.ts'

export interface GroupCommitOptions<I, O> {
  /** Commits all items at once; answers in their order. Repeating the identical call must be harmless. */
  commit: (items: readonly I[]) => Promise<readonly O[]>
  /** Two items of one key never share a commit; null means that the item stands for itself. */
  conflictKey: (item: I) => string | null
  /** What the item needs for itself and somebody else may have locked, e.g. a row's id. */
  lockKey: (item: I) => string
  /** Those of the keys that somebody else has locked at this moment; must not wait for them. */
  findLocked: (keys: readonly string[]) => Promise<ReadonlySet<string>>
  /** What an item is answered with that waited too long for its turn. */
  overloaded: () => Error
  /** What an item is answered with that waited too long for its lock. */
  locked: (item: I) => Error
  clock: Clock
  /** Most items of one commit. */
  maxBatch: number
  /** Milliseconds an item may wait for its commit to begin. */
  maxWaitMs: number
  /** Milliseconds from one commit's beginning for which items are gathered while they keep coming; 0 when absent. */
  gatherMs?: number
  /** Told the number of items of each commit. */
  onCommit?: (items: number) => void
}

interface Waiting<I, O> {
  item: I
  since: number
  resolve: (answer: O) => void
  reject: (error: unknown) => void
}

/** Milliseconds before each repeat of a commit that may go through when said again. */
const REPEAT_AFTER_MS = [5, 20, 100, 300, 1000]
/** Since it was submitted: whoever has waited so long does better to ask again. */
const GIVE_UP_AFTER_MS = 5_000
const LOOK_EVERY_MS = 50
/** As many as these always go together. */
const FEW = 8
/** As many as these never wait for company. */
const MANY = 24
/** Nobody new for so long, and there is no point in waiting for more. */
const LULL_MS = 2

/**
 * Items that arrive while a commit is under way go into the next one together, so the cost of a transaction and of
 * its flush is shared. One commit is in flight at a time: two were measured to be slower on two cores.
 *
 * A commit whose outcome is unknown (cut connection, deadlock victim) is repeated as it was. One that ran into a lock
 * is repeated without the items whose key is locked: those stand aside, with all others of their key, until it is
 * free. Any other failure splits the batch in halves, so that one bad item fails alone.
 */
export class GroupCommit<I, O> {
  readonly #options: GroupCommitOptions<I, O>
  #queue: Waiting<I, O>[] = []
  #running: Promise<void> | undefined
  #lastSize = 0
  /** Keys that were locked when last looked at. */
  #locked: ReadonlySet<string> = new Set()
  #lookedAt = 0
  #beganAt = Number.NEGATIVE_INFINITY

  constructor(options: GroupCommitOptions<I, O>) {
    this.#options = options
  }

  submit(item: I): Promise<O> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, since: this.#options.clock.monotonic(), resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Resolves when nothing is waiting or under way. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #run(): Promise<void> {
    // Lets everything that arrived in this turn of the event loop into the first commit.
    await new Promise(setImmediate)
    // Also while a commit is under way: one that the database never answers must not keep the others waiting.
    const watch = setInterval(() => this.#refuseOverdue(), LOOK_EVERY_MS)
    while (this.#queue.length > 0) {
      this.#refuseOverdue()
      await this.#lookAtLocks()
      await this.#gather()
      const batch = this.#takeBatch()
      if (batch.length > 0) await this.#commit(batch)
      else if (this.#queue.length > 0) await delay(LOOK_EVERY_MS)
    }
    clearInterval(watch)
    this.#locked = new Set()
    this.#running = undefined
  }

  /**
   * A commit costs the database more than a millisecond before its first item, and a tenth of that for each. While
   * items keep coming the next commit therefore waits for company, a moment at most; who is alone never waits.
   */
  async #gather(): Promise<void> {
    const { clock, gatherMs = 0 } = this.#options
    const alone = this.#queue.length + this.#lastSize <= 2
    let left = alone ? 0 : this.#beganAt + gatherMs - clock.monotonic()
    while (left >= 1 && this.#queue.length < MANY) {
      const before = this.#queue.length
      await delay(Math.min(LULL_MS, left))
      if (this.#queue.length === before) break
      left = this.#beganAt + gatherMs - clock.monotonic()
    }
    this.#beganAt = clock.monotonic()
  }

  #refuseOverdue(): void {
    const { clock, maxWaitMs, overloaded, locked, lockKey } = this.#options
    const now = clock.monotonic()
    if (now - (this.#queue[0]?.since ?? now) < maxWaitMs) return
    const overdue = this.#queue.filter((waiting) => now - waiting.since >= maxWaitMs)
    this.#queue = this.#queue.filter((waiting) => now - waiting.since < maxWaitMs)
    for (const { item, reject } of overdue)
      reject(this.#locked.has(lockKey(item)) ? locked(item) : overloaded())
  }

  async #lookAtLocks(): Promise<void> {
    const { clock, findLocked } = this.#options
    if (this.#locked.size === 0 || clock.monotonic() - this.#lookedAt < LOOK_EVERY_MS) return
    // If the question itself fails, the commit will tell why.
    this.#locked = await findLocked([...this.#locked]).catch(() => new Set<string>())
    this.#lookedAt = clock.monotonic()
  }

  #takeBatch(): Waiting<I, O>[] {
    const { conflictKey, lockKey } = this.#options
    const most = this.#fairSize()
    const taken: Waiting<I, O>[] = []
    const left: Waiting<I, O>[] = []
    const keys = new Set<string>()
    for (const waiting of this.#queue) {
      const key = conflictKey(waiting.item)
      const mustWait = (key !== null && keys.has(key)) || this.#locked.has(lockKey(waiting.item))
      if (taken.length >= most || mustWait) {
        left.push(waiting)
        continue
      }
      if (key !== null) keys.add(key)
      taken.push(waiting)
    }
    this.#queue = left
    this.#lastSize = taken.length
    return taken
  }

  /**
   * Clients that wait for their answer before they ask again come back as one crowd, and a commit that takes all who
   * wait leaves none for the time it is under way: database and process then work in turns instead of at once. Half
   * of this crowd and the last keeps two of one size. A few are never worth a commit more.
   */
  #fairSize(): number {
    if (this.#queue.length <= FEW) return Math.min(this.#options.maxBatch, FEW)
    return Math.min(this.#options.maxBatch, Math.ceil((this.#queue.length + this.#lastSize) / 2))
  }

  async #commit(batch: readonly Waiting<I, O>[], repeat = 0): Promise<void> {
    const { commit, onCommit } = this.#options
    let answers: readonly O[]
    try {
      answers = await commit(batch.map(({ item }) => item))
    } catch (error) {
      return this.#recover(batch, error, repeat)
    }
    onCommit?.(batch.length)
    const answer = (): void => {
      for (const [i, waiting] of batch.entries()) waiting.resolve(answers[i]!)
    }
    // The next commit is handed to the database before this one's callers go on, so that it works meanwhile.
    if (this.#queue.length > 0) setImmediate(answer)
    else answer()
  }

  async #recover(batch: readonly Waiting<I, O>[], error: unknown, repeat: number): Promise<void> {
    if (isDatabaseAway(error) || lostRace(error) || waitedForLock(error) || tookTooLong(error)) {
      const pause = REPEAT_AFTER_MS[repeat]
      // It is nobody's fault in the batch, so halves of it would fare no better.
      const waited = this.#options.clock.monotonic() - batch[0]!.since
      if (pause === undefined || waited >= GIVE_UP_AFTER_MS) return refuse(batch, error)
      const free = waitedForLock(error) ? await this.#setAsideLocked(batch) : batch
      if (free.length === 0) return
      if (free.length === batch.length) await delay(pause)
      return this.#commit(free, repeat + 1)
    }
    if (batch.length === 1) return refuse(batch, error)
    const half = batch.length >> 1
    await this.#commit(batch.slice(0, half))
    await this.#commit(batch.slice(half))
  }

  /** Returns the items that need not wait; the others are in the queue again, in their old places. */
  async #setAsideLocked(batch: readonly Waiting<I, O>[]): Promise<readonly Waiting<I, O>[]> {
    const { clock, findLocked, lockKey } = this.#options
    const keys = new Set(batch.map(({ item }) => lockKey(item)))
    const found = await findLocked([...keys]).catch(() => new Set<string>())
    this.#locked = new Set([...this.#locked, ...found])
    this.#lookedAt = clock.monotonic()
    this.#queue = [...batch.filter(({ item }) => found.has(lockKey(item))), ...this.#queue]
    return batch.filter(({ item }) => !found.has(lockKey(item)))
  }
}

function refuse(batch: readonly Waiting<unknown, never>[], error: unknown): void {
  for (const { reject } of batch) reject(error)
}
