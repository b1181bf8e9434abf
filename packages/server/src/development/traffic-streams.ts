import type { Database } from '../db/database.ts'
import { startLoop, type WakeableLoop } from '../delivery/wakeable-loop.ts'
import { ApiError } from '../errors.ts'
import type { HttpAnswer } from '../http/route.ts'
import { SseStream } from '../http/sse.ts'
import { readTrafficAfter, type TrafficFilter, trafficExtent } from './traffic-store.ts'

export interface TrafficStreamsDeps {
  db: Database
  log: { warn(fields: object, message: string): void }
  /** How often everything is looked at, which is how other nodes' records are found at the latest. */
  pollMs: number
}

interface Stream {
  readonly filter: TrafficFilter
  readonly sse: SseStream
  /** Of the stream that the client was cut off from. */
  readonly lastId: number | null
  /** The last record looked at; null until the present has been read. */
  cursor: number | null
  behind: boolean
}

const MOST_STREAMS = 50
const MOST_IN_READ = 50
const HEARTBEAT_MS = 15_000
const ID = /^\d{1,15}$/

/** The open streams of exchanges. Records become visible in the order of their ids, so the last id is all there is to know. */
export class TrafficStreams {
  readonly #deps: TrafficStreamsDeps
  readonly #streams = new Set<Stream>()
  #loop: WakeableLoop | undefined
  #failing = false
  #closed = false
  #heartbeat: NodeJS.Timeout | undefined

  constructor(deps: TrafficStreamsDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#loop = startLoop(() => this.#round(), { pauseMs: this.#deps.pollMs })
    this.#heartbeat = setInterval(() => {
      for (const { sse } of this.#streams) sse.beat()
    }, HEARTBEAT_MS).unref()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#heartbeat)
    await this.#loop?.stop()
    for (const { sse } of this.#streams) {
      if (sse.isFull) sse.cut()
      else sse.end()
    }
  }

  /**
   * @param lastEventId of the last event that the client got; null when it begins, which it does at the present.
   * @throws 429 when too many streams are open, 503 while the server closes.
   */
  open(filter: TrafficFilter, lastEventId: string | null): HttpAnswer {
    if (this.#closed) throw closing()
    if (this.#streams.size >= MOST_STREAMS) throw tooMany()
    const lastId = lastEventId !== null && ID.test(lastEventId) ? Number(lastEventId) : null
    const stream: Stream = { filter, sse: new SseStream(), lastId, cursor: null, behind: true }
    this.#streams.add(stream)
    stream.sse.onClosed = () => this.#streams.delete(stream)
    stream.sse.onRoom = () => this.wake()
    this.wake()
    return stream.sse.answer()
  }

  /** There may be records that nobody has read. */
  wake(): void {
    if (this.#streams.size > 0) this.#loop?.wake()
  }

  /** Reads until nobody is behind, a page for each in turn. */
  async #round(): Promise<void> {
    try {
      let readers = [...this.#streams]
      while (readers.length > 0 && !this.#closed) {
        for (const stream of readers) await this.#read(stream)
        readers = readers.filter(isBehind)
      }
      this.#failing = false
    } catch (error) {
      // Cursors stand where they stood, and the next poll looks at everything.
      if (!this.#failing)
        this.#deps.log.warn({ err: error }, 'could not read exchanges with apps; trying again')
      this.#failing = true
    }
  }

  async #read(stream: Stream): Promise<void> {
    const { sse, filter } = stream
    if (sse.isClosed || sse.isFull) return
    stream.cursor ??= await this.#begin(stream)
    const records = await readTrafficAfter(this.#deps.db, {
      ...filter,
      after: stream.cursor,
      limit: MOST_IN_READ,
    })
    stream.behind = records.length === MOST_IN_READ
    for (const record of records) {
      if (sse.isFull) {
        stream.behind = true
        return
      }
      sse.send({ event: 'exchange', id: record.id, data: record })
      stream.cursor = Number(record.id)
    }
  }

  /** Where the stream begins, which its client is told: `resync` when records in between are kept no more. */
  async #begin({ sse, lastId }: Stream): Promise<number> {
    const { oldest, newest } = await trafficExtent(this.#deps.db)
    if (lastId === null) {
      sse.send({ event: 'ready', id: String(newest), data: {} })
      return newest
    }
    if (lastId <= newest && lastId >= oldest - 1) return lastId
    const cursor = lastId > newest ? newest : oldest - 1
    sse.send({ event: 'resync', id: String(cursor), data: {} })
    return cursor
  }
}

const isBehind = ({ behind, sse }: Stream): boolean => behind && !sse.isClosed && !sse.isFull

const tooMany = (): ApiError =>
  new ApiError('RESOURCE_EXHAUSTED', `${MOST_STREAMS} streams are open, which is the most: close one`, {
    reason: 'TOO_MANY_STREAMS',
    headers: { 'retry-after': '5' },
  })

const closing = (): ApiError =>
  new ApiError('UNAVAILABLE', 'this server is closing: connect again', {
    reason: 'CLOSING',
    headers: { 'retry-after': '1' },
  })
