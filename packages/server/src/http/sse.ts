import { Readable } from 'node:stream'
import { HttpAnswer } from './route.ts'

/** One event of a Server-Sent Events stream. */
export interface SseEvent {
  event: string
  /** What the client sends as Last-Event-ID when it comes back; no line break or NUL in it. */
  id: string
  /** Anything that JSON can say; a line break in it is escaped by JSON itself. */
  data: unknown
}

const RETRY_MS = 2_000
const FULL_BYTES = 64 * 1024

/**
 * One client's event stream. What a slow client has not taken waits here, so its owner must not send while `isFull`:
 * the database keeps the rest.
 */
export class SseStream {
  /** Called when a full stream has room again. */
  onRoom: () => void = () => {}
  /** Called once, when either side has ended it. */
  onClosed: () => void = () => {}
  readonly #body: Readable
  #wasFull = false
  #ended = false

  constructor() {
    this.#body = new Readable({ read: () => this.#taken(), highWaterMark: FULL_BYTES })
    this.#body.once('close', () => this.onClosed())
    // A client that goes away in the middle is no failure of ours.
    this.#body.on('error', () => {})
    this.#body.push(`retry: ${RETRY_MS}\n\n`)
  }

  get isFull(): boolean {
    return this.#body.readableLength >= FULL_BYTES
  }

  get isClosed(): boolean {
    return this.#ended || this.#body.destroyed
  }

  send({ event, id, data }: SseEvent): void {
    this.#push(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** Keeps proxies from closing an idle connection; clients ignore it. */
  beat(): void {
    if (!this.isFull) this.#push(':\n\n')
  }

  /** Ends it after what was sent has been taken. */
  end(): void {
    if (this.isClosed) return
    this.#ended = true
    this.#body.push(null)
  }

  /** Ends it at once, whatever still waits. */
  cut(): void {
    this.#body.destroy()
  }

  answer(): HttpAnswer {
    return new HttpAnswer(
      200,
      {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // Kept alive, the connection would hold up the server's closing.
        connection: 'close',
        'x-accel-buffering': 'no',
      },
      this.#body,
    )
  }

  #push(text: string): void {
    if (this.isClosed) return
    this.#body.push(text)
    this.#wasFull ||= this.isFull
  }

  #taken(): void {
    if (!this.#wasFull) return
    this.#wasFull = false
    this.onRoom()
  }
}
