import { randomUUID } from 'node:crypto'
import { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

export interface WakeListenerDeps {
  /** Of a direct connection: a pooler that lends connections by the transaction passes no notification on. */
  url: string
  channel: string
  /** Notifies the channel over another connection; hearing it proves that the way is open. */
  say(text: string): Promise<unknown>
  onHeard(text: string): void
  /** From now on everything is heard; what was said before may have been missed. */
  onListening(): void
  log: WakeLog
}

export interface WakeLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export const LISTENER_NAME = 'charsu wake'

const CONNECT_TIMEOUT_MS = 3_000
const BEAT_MS = 1_500
/** A connection that has not answered for so long is lost, whatever TCP believes of it. */
const ANSWER_TIMEOUT_MS = 1_500
const GOODBYE_MS = 200
const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 5_000
/** For a way that is closed and not lost, as through a pooler: it does not open while we wait. */
const RETRY_REFUSED_MS = 60_000

class ListenRefused extends Error {}

/**
 * Holds one connection that listens. It notices within seconds when the other end is gone without a word, and
 * connects again; while it cannot, it says so once, and everybody goes on by polling.
 */
export class WakeListener {
  readonly #deps: WakeListenerDeps
  #running: Promise<void> | undefined
  #stopped = false
  /** Aborted when the connection or pause of the moment ends. */
  #over = new AbortController()
  #socket: Socket | undefined

  constructor(deps: WakeListenerDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#over.abort()
    const timer = setTimeout(() => this.#socket?.destroy(), GOODBYE_MS)
    await this.#running
    clearTimeout(timer)
  }

  async #run(): Promise<void> {
    const { log } = this.#deps
    let failures = 0
    let complained = false
    const onGood = (): void => {
      if (complained) log.info({}, 'other nodes are heard again')
      complained = false
      failures = 0
    }
    while (!this.#stopped) {
      this.#over = new AbortController()
      const error = await this.#listenUntilLost(onGood).catch((thrown: unknown) => thrown)
      if (this.#stopped) return
      // A connection that is lost and back at once is nobody's concern.
      if ((failures > 0 || error instanceof ListenRefused) && !complained) {
        complained = true
        log.warn({ err: error }, 'other nodes are not heard: what changes there is found by polling alone')
      }
      this.#over = new AbortController()
      await this.#pause(
        error instanceof ListenRefused
          ? RETRY_REFUSED_MS
          : Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS),
      )
      failures++
    }
  }

  async #listenUntilLost(onGood: () => void): Promise<void> {
    const { url, channel, say, onHeard, onListening } = this.#deps
    const over = this.#over
    const socket = new Socket()
    this.#socket = socket
    const client = new pg.Client({
      connectionString: url,
      stream: () => socket,
      application_name: LISTENER_NAME,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
    })
    const proof = `proof ${randomUUID()}`
    const proven = Promise.withResolvers<true>()
    client.on('error', () => over.abort())
    client.once('end', () => over.abort())
    client.on('notification', ({ payload = '' }) => {
      if (payload === proof) proven.resolve(true)
      else onHeard(payload)
    })
    try {
      await client.connect()
      await client.query(`listen ${channel}`).catch((error: unknown) => {
        throw isRefusal(error) ? new ListenRefused('LISTEN is refused', { cause: error }) : error
      })
      await say(proof)
      const heard = await Promise.race([proven.promise, this.#pause(ANSWER_TIMEOUT_MS)])
      if (over.signal.aborted) return
      if (!heard) throw new ListenRefused('notifications do not arrive; is a connection pooler between?')
      onGood()
      onListening()
      for (;;) {
        await this.#pause(BEAT_MS)
        if (over.signal.aborted) return
        await client.query('select 1')
      }
    } finally {
      // A connection to nowhere would never end by itself.
      await Promise.race([client.end().catch(() => {}), delay(GOODBYE_MS)])
      socket.destroy()
    }
  }

  /** Ends early, without a word, when what it belongs to is over. */
  async #pause(ms: number): Promise<undefined> {
    await delay(ms, undefined, { signal: this.#over.signal }).catch(() => {})
  }
}

/** An answer of a server or pooler that it will give again: not a broken or a refused connection. */
const isRefusal = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && !/^(08|53|57)/.test(error.code ?? '')
