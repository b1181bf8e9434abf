/** One event as a client of Server-Sent Events gets it. */
export interface ReceivedEvent {
  event: string
  id: string
  data: Record<string, unknown>
}

/** A client of one stream, as a browser's EventSource is, that is cut off and comes back when told to. */
export class EventStreamClient {
  readonly events: ReceivedEvent[] = []
  readonly comments: string[] = []
  status = 0
  /** Whether the server has ended the stream. */
  ended = false
  lastEventId: string | undefined
  #paused: PromiseWithResolvers<void> | undefined
  #left = Number.POSITIVE_INFINITY
  #abort: AbortController | undefined
  #reading: Promise<void> | undefined
  readonly #url: string
  readonly #cookie: string
  readonly #path: string

  constructor(url: string, cookie: string, path: string = '/me/v1/stream') {
    this.#url = url
    this.#cookie = cookie
    this.#path = path
  }

  /**
   * Connects, with Last-Event-ID when there is one.
   * @param url another node.
   * @param cutAfter the connection breaks after so many events, even in the middle of what came at once.
   */
  async connect(url: string = this.#url, cutAfter: number = Number.POSITIVE_INFINITY): Promise<this> {
    this.#abort = new AbortController()
    this.#left = cutAfter
    this.ended = false
    const answer = await fetch(url + this.#path, {
      headers: { cookie: this.#cookie, ...(this.lastEventId && { 'last-event-id': this.lastEventId }) },
      signal: this.#abort.signal,
    })
    this.status = answer.status
    this.#reading = answer.ok ? this.#read(answer.body!) : answer.body?.cancel()
    return this
  }

  /** What was on its way is lost, as when a network goes away. */
  async disconnect(): Promise<void> {
    this.#abort?.abort()
    await this.#reading
  }

  /** Stops taking what the server sends; the connection stays. */
  pause(): void {
    this.#paused ??= Promise.withResolvers()
  }

  resume(): void {
    this.#paused?.resolve()
    this.#paused = undefined
  }

  get isCut(): boolean {
    return this.#abort?.signal.aborted ?? false
  }

  of(event: string): Record<string, unknown>[] {
    return this.events.filter((each) => each.event === event).map(({ data }) => data)
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = ''
    try {
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        await this.#paused?.promise
        text += chunk
        if (!text.includes('\n\n')) continue
        const blocks = text.split('\n\n')
        text = blocks.pop()!
        for (const block of blocks) this.#take(block)
      }
      this.ended = true
    } catch (error) {
      if (!this.#abort?.signal.aborted) {
        this.ended = true
        if ((error as Error).message !== 'terminated') throw error
      }
    }
  }

  #take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => /^([a-z]*): ?(.*)$/.exec(line)?.slice(1) as [string, string]),
    )
    const data = fields.get('data')
    if (data === undefined) {
      this.comments.push(block)
      return
    }
    if (this.#left-- <= 0) {
      this.#abort?.abort()
      return
    }
    const id = fields.get('id') ?? ''
    this.lastEventId = id
    this.events.push({ event: fields.get('event') ?? 'message', id, data: JSON.parse(data) })
  }
}
