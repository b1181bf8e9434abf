import type { Clock } from '../clock.ts'

export interface GroupCommitOptions<I, O> {
  /** Commits all items at once; answers in their order. Repeating the identical call must be harmless. */
  commit: (items: readonly I[]) => Promise<readonly O[]>
  /** Two items of one key never share a commit; null means that the item stands for itself. */
  conflictKey: (item: I) => string | null
  /** What an item that waited too long is answered with. */
  overloaded: () => Error
  clock: Clock
  /** Most items of one commit. */
  maxBatch: number
  /** Milliseconds an item may wait for its commit to begin. */
  maxWaitMs: number
  /** Told the number of items of each commit. */
  onCommit?: (items: number) => void
}

interface Waiting<I, O> {
  item: I
  since: number
  resolve: (answer: O) => void
  reject: (error: unknown) => void
}

const REPEATS = 5
const REPEAT_AFTER_MS = [5, 20, 100, 300, 1000]

/**
 * Items that arrive while a commit is under way go into the next one together, so the cost of a transaction and of
 * its flush is shared. One commit is in flight at a time: two were measured to be slower on two cores.
 *
 * A commit whose outcome is unknown (cut connection, deadlock victim) is repeated as it was; any other failure
 * splits the batch in halves, so that one bad item fails alone.
 */
export class GroupCommit<I, O> {
  readonly #options: GroupCommitOptions<I, O>
  #queue: Waiting<I, O>[] = []
  #running: Promise<void> | undefined
  #lastSize = 0

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
    while (this.#queue.length > 0) {
      this.#refuseOverdue()
      const batch = this.#takeBatch()
      if (batch.length > 0) await this.#commit(batch)
    }
    this.#running = undefined
  }

  #refuseOverdue(): void {
    const { clock, maxWaitMs, overloaded } = this.#options
    const now = clock.monotonic()
    if (now - (this.#queue[0]?.since ?? now) < maxWaitMs) return
    const overdue = this.#queue.filter((waiting) => now - waiting.since >= maxWaitMs)
    this.#queue = this.#queue.filter((waiting) => now - waiting.since < maxWaitMs)
    for (const { reject } of overdue) reject(overloaded())
  }

  #takeBatch(): Waiting<I, O>[] {
    const { conflictKey } = this.#options
    const most = this.#fairSize()
    const taken: Waiting<I, O>[] = []
    const left: Waiting<I, O>[] = []
    const keys = new Set<string>()
    for (const waiting of this.#queue) {
      const key = conflictKey(waiting.item)
      if (taken.length >= most || (key !== null && keys.has(key))) {
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
   * of this crowd and the last keeps two of one size.
   */
  #fairSize(): number {
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
    const answer = (): void => batch.forEach((waiting, i) => waiting.resolve(answers[i]!))
    // The next commit is handed to the database before this one's callers go on, so that it works meanwhile.
    if (this.#queue.length > 0) setImmediate(answer)
    else answer()
  }

  async #recover(batch: readonly Waiting<I, O>[], error: unknown, repeat: number): Promise<void> {
    if (mayBeRepeated(error) && repeat < REPEATS) {
      await new Promise((resolve) => setTimeout(resolve, REPEAT_AFTER_MS[repeat]))
      return this.#commit(batch, repeat + 1)
    }
    if (batch.length === 1) return batch[0]!.reject(error)
    const half = batch.length >> 1
    await this.#commit(batch.slice(0, half))
    await this.#commit(batch.slice(half))
  }
}

/** The whole batch may go through when said again: deadlock victim, server restarting, connection cut. */
function mayBeRepeated(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (typeof code === 'string') {
    return (
      code === '40P01' ||
      code === '40001' ||
      code.startsWith('57P') ||
      code.startsWith('08') ||
      /^E[A-Z]+$/.test(code)
    )
  }
  return (
    typeof message === 'string' &&
    /connection terminated|timeout exceeded when trying to connect|query read timeout/i.test(message)
  )
}
