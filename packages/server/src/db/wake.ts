import type { Pool } from 'pg'
import { WakeListener, type WakeLog } from './wake-listener.ts'
import { type Concerned, decodeHint, encodeHint, type Topic } from './wake-payload.ts'

export interface WakeDeps {
  pool: Pick<Pool, 'query'>
  /** Where to listen: a direct connection to the same database. */
  listenUrl: string
  /** Names this node, which does not listen to itself. */
  node: string
  /** No other node lives: nobody is told anything. */
  isAlone(): boolean
  log: WakeLog
}

const CHANNEL = 'charsu_wake'
const MERGE_MS = 25
/** More do not fit into one notification. */
const MOST_IDS = 256

/**
 * A node that stands at this statement holds a lock of the whole cluster, so it stands alone in its transaction,
 * which waits for no flush: nothing is lost with it that polling would not find.
 */
const NOTIFY = {
  name: 'wake',
  text: `select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`,
}

/**
 * Tells other nodes, after a commit, what they may want to look at before their next poll. Hints only: each may be
 * lost, doubled or late, and everything must work within a second without any.
 */
export class Wake {
  readonly #deps: WakeDeps
  readonly #listener: WakeListener
  readonly #hearers = new Map<Topic, (concerned: Concerned) => void>()
  #news = new Map<Topic, Set<string> | '*'>()
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> | undefined
  #failing = false
  #stopped = false

  constructor(deps: WakeDeps) {
    this.#deps = deps
    this.#listener = new WakeListener({
      url: deps.listenUrl,
      channel: CHANNEL,
      log: deps.log,
      say: (text) => this.#notify(text),
      onHeard: (text) => this.#hear(text),
      onListening: () => {
        for (const hear of this.#hearers.values()) hear('*')
      },
    })
  }

  /** What to do when another node has news; `*` when it is unknown what of. One for each topic. */
  on(topic: Topic, hear: (concerned: Concerned) => void): void {
    this.#hearers.set(topic, hear)
  }

  start(): void {
    this.#listener.start()
  }

  /** Sends what is still to be said, if the database takes it. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await Promise.all([this.#listener.stop(), this.#sending])
    if (this.#news.size > 0) await this.#send()
  }

  /** Call it after the commit. Returns at once; what is told within 25 ms goes out together. */
  tell(topic: Topic, concerned: Concerned = '*'): void {
    if (this.#stopped || this.#deps.isAlone()) return
    const known = this.#news.get(topic)
    if (concerned === '*' || known === '*') this.#news.set(topic, '*')
    else {
      const merged = known ?? new Set()
      for (const id of concerned) merged.add(id)
      this.#news.set(topic, merged.size > MOST_IDS ? '*' : merged)
    }
    this.#schedule()
  }

  #schedule(): void {
    if (this.#timer || this.#sending || this.#stopped) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#sending = this.#send().finally(() => {
        this.#sending = undefined
        if (this.#news.size > 0) this.#schedule()
      })
    }, MERGE_MS)
    this.#timer.unref()
  }

  async #send(): Promise<void> {
    const news = new Map<Topic, Concerned>()
    for (const [topic, ids] of this.#news) news.set(topic, ids === '*' ? ids : [...ids])
    this.#news = new Map()
    try {
      await this.#notify(encodeHint({ from: this.#deps.node, news }))
      this.#failing = false
    } catch (error) {
      if (!this.#failing) this.#deps.log.warn({ err: error }, 'could not wake other nodes; they poll')
      this.#failing = true
    }
  }

  #notify(text: string): Promise<unknown> {
    return this.#deps.pool.query({ ...NOTIFY, values: [CHANNEL, text] })
  }

  #hear(text: string): void {
    const hint = decodeHint(text)
    if (!hint || hint.from === this.#deps.node || this.#stopped) return
    for (const [topic, concerned] of hint.news) this.#hearers.get(topic)?.(concerned)
  }
}
