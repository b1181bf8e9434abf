import type { Clock } from '../clock.ts'
import type { Viewers } from '../conversations/send-message.ts'
import type { Database } from '../db/database.ts'
import type { MediaLinks } from '../delivery/media-links.ts'
import { ApiError } from '../errors.ts'
import type { HttpAnswer } from '../http/route.ts'
import type { Log } from '../log.ts'
import type { NoticeReaders } from '../notices/send-notice.ts'
import { LiveStream, type StreamViewer } from './live-stream.ts'
import { loadConversations } from './stream-conversations.ts'
import { liveSessions, participantsOf, readNews, readPresent } from './stream-store.ts'

export interface LiveViewersDeps {
  db: Database
  clock: Clock
  log: Pick<Log, 'warn'>
  links: MediaLinks
  /** How often everything is looked at, which is how other nodes' commits are found at the latest. */
  pollMs: number
  /** What this node has committed may concern streams of other nodes. */
  tellOthers?: (topic: 'conversations' | 'users', ids: readonly string[]) => void
}

const MAX_STREAMS_OF_USER = 20
const HEARTBEAT_MS = 15_000
/** A client that takes nothing for so long is cut off; it resumes where it was. */
const PATIENCE_MS = 30_000
const STREAMS_IN_READ = 100
/** Under a load whose hints name nobody any more, everything is looked at so often and no more. */
const SOON_MS = 200

/**
 * The open streams of this node. Polling finds everything, whoever committed it and however late; a wake only makes
 * what this node committed itself arrive at once. Reads run one after the other, and no stream holds a connection.
 */
export class LiveViewers implements Viewers, NoticeReaders {
  readonly #deps: LiveViewersDeps
  readonly #streams = new Map<string, Set<LiveStream>>()
  readonly #wokenUsers = new Set<string>()
  readonly #wokenConversations = new Set<string>()
  #pollIsDue = false
  #pollIsSoon = false
  #running: Promise<void> | undefined
  #pollTimer: NodeJS.Timeout | undefined
  #heartbeat: NodeJS.Timeout | undefined
  #failing = false
  #closed = false

  constructor(deps: LiveViewersDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#schedulePoll()
    this.#heartbeat = setInterval(() => {
      for (const stream of this.#all()) stream.sse.beat()
    }, HEARTBEAT_MS)
    this.#heartbeat.unref()
  }

  /** Ends all streams; their clients come back to another node. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#pollTimer)
    clearInterval(this.#heartbeat)
    await this.#running
    for (const stream of this.#all()) {
      if (stream.sse.isFull) stream.sse.cut()
      else stream.sse.end()
    }
  }

  /**
   * @param lastEventId of the last event that the client got; null when it begins.
   * @throws 429 when the user has too many streams open, 503 while the server closes.
   */
  open(viewer: StreamViewer, lastEventId: string | null): HttpAnswer {
    if (this.#closed) throw closing()
    const streams = this.#streams.get(viewer.userId) ?? new Set()
    if (streams.size >= MAX_STREAMS_OF_USER) throw tooManyStreams()
    const stream = new LiveStream(viewer, lastEventId, this.#deps.links)
    this.#streams.set(viewer.userId, streams.add(stream))
    stream.sse.onClosed = () => {
      streams.delete(stream)
      if (streams.size === 0 && this.#streams.get(viewer.userId) === streams) {
        this.#streams.delete(viewer.userId)
      }
    }
    stream.sse.onRoom = () => {
      stream.behind = true
      this.#run()
    }
    this.#run()
    return stream.sse.answer()
  }

  wake(conversationIds: readonly string[]): void {
    this.#deps.tellOthers?.('conversations', conversationIds)
    this.hearConversations(conversationIds)
  }

  wakeUser(userId: string): void {
    this.#deps.tellOthers?.('users', [userId])
    this.hearUsers([userId])
  }

  /** There is news in these conversations, wherever it was committed; `*`: maybe in any. */
  hearConversations(ids: readonly string[] | '*'): void {
    if (this.#streams.size === 0) return
    if (ids === '*') {
      this.#pollSoon()
      return
    }
    for (const id of ids) this.#wokenConversations.add(id)
    this.#run()
  }

  /** The same for these people. */
  hearUsers(ids: readonly string[] | '*'): void {
    if (ids === '*') {
      this.#pollSoon()
      return
    }
    const watching = ids.filter((id) => this.#streams.has(id))
    if (watching.length === 0) return
    for (const id of watching) this.#wokenUsers.add(id)
    this.#run()
  }

  #all(): LiveStream[] {
    return [...this.#streams.values()].flatMap((streams) => [...streams])
  }

  #schedulePoll(inMs: number = this.#deps.pollMs): void {
    if (this.#closed) return
    clearTimeout(this.#pollTimer)
    this.#pollTimer = setTimeout(() => {
      this.#pollIsSoon = false
      this.#pollIsDue = true
      this.#run()
      this.#schedulePoll()
    }, inMs)
    this.#pollTimer.unref()
  }

  #pollSoon(): void {
    if (this.#pollIsSoon || this.#streams.size === 0 || this.#deps.pollMs <= SOON_MS) return
    this.#pollIsSoon = true
    this.#schedulePoll(SOON_MS)
  }

  #run(): void {
    if (this.#closed) return
    this.#running ??= this.#rounds()
  }

  async #rounds(): Promise<void> {
    try {
      do {
        // Lets everything that happens in this turn of the event loop into one round.
        await new Promise(setImmediate)
        await this.#round()
        this.#failing = false
      } while (!this.#closed && this.#isWork())
    } catch (error) {
      // Nothing is lost: cursors stand where they stood, and the next poll looks at everything.
      if (!this.#failing)
        this.#deps.log.warn({ err: error }, 'could not read what is new for open streams; trying again')
      this.#failing = true
    }
    // In the same turn as the last question for work, so that no wake falls in between.
    this.#running = undefined
  }

  #isWork(): boolean {
    return (
      this.#pollIsDue ||
      this.#wokenUsers.size > 0 ||
      this.#wokenConversations.size > 0 ||
      this.#all().some((stream) => stream.behind && stream.isReadable)
    )
  }

  async #round(): Promise<void> {
    const poll = this.#pollIsDue
    const users = new Set(this.#wokenUsers)
    const conversations = [...this.#wokenConversations]
    this.#pollIsDue = false
    this.#wokenUsers.clear()
    this.#wokenConversations.clear()
    if (poll) await this.#endStreams()

    await this.#begin(this.#all().filter((stream) => stream.cursor === null && stream.isReadable))
    const whole = this.#all().filter(
      (stream) =>
        stream.cursor !== null &&
        stream.isReadable &&
        (poll || stream.behind || users.has(stream.viewer.userId)),
    )
    await this.#read(whole, null)
    if (conversations.length === 0) return
    const read = new Set(whole)
    const woken = (await this.#viewersOf(conversations)).filter(
      (stream) => stream.cursor !== null && stream.isReadable && !read.has(stream),
    )
    await this.#read(woken, conversations)
  }

  async #begin(streams: readonly LiveStream[]): Promise<void> {
    for (const part of chunks(streams)) {
      const cursors = await readPresent(
        this.#deps.db,
        part.map(({ viewer }) => viewer.userId),
      )
      for (const [i, stream] of part.entries()) {
        stream.begin(cursors[i]!)
        stream.behind = false
      }
    }
  }

  async #read(streams: readonly LiveStream[], conversationIds: readonly string[] | null): Promise<void> {
    for (const part of chunks(streams)) {
      const round = await readNews(
        this.#deps.db,
        part.map(({ viewer, cursor }) => ({ userId: viewer.userId, cursor: cursor! })),
        conversationIds,
      )
      await loadConversations(
        this.#deps.db,
        part.map(({ viewer }, i) => ({ userId: viewer.userId, items: round.viewers[i]!.items })),
      )
      for (const [i, stream] of part.entries()) {
        stream.deliver(round.viewers[i]!, round, conversationIds === null)
      }
    }
  }

  async #viewersOf(conversationIds: readonly string[]): Promise<LiveStream[]> {
    const userIds = await participantsOf(this.#deps.db, conversationIds)
    return userIds.flatMap((userId) => [...(this.#streams.get(userId) ?? [])])
  }

  /** Those whose session has ended, and those whose client has stopped taking what it is sent. */
  async #endStreams(): Promise<void> {
    const streams = this.#all()
    if (streams.length === 0) return
    const now = this.#deps.clock.monotonic()
    const alive = await liveSessions(
      this.#deps.db,
      streams.map(({ viewer }) => viewer.sessionHash),
    )
    for (const stream of streams) {
      if (!alive.has(stream.viewer.sessionHash.toString('base64'))) stream.sse.end()
      stream.fullSince = stream.sse.isFull ? (stream.fullSince ?? now) : null
      if (stream.fullSince !== null && now - stream.fullSince >= PATIENCE_MS) stream.sse.cut()
    }
  }
}

function chunks<T>(items: readonly T[]): T[][] {
  const parts: T[][] = []
  for (let i = 0; i < items.length; i += STREAMS_IN_READ) parts.push(items.slice(i, i + STREAMS_IN_READ))
  return parts
}

const tooManyStreams = (): ApiError =>
  new ApiError(
    'RESOURCE_EXHAUSTED',
    `you have ${MAX_STREAMS_OF_USER} streams open, which is the most: close one of your pages`,
    { reason: 'TOO_MANY_STREAMS', headers: { 'retry-after': '5' } },
  )

const closing = (): ApiError =>
  new ApiError('UNAVAILABLE', 'this server is closing: connect again', {
    reason: 'CLOSING',
    headers: { 'retry-after': '1' },
  })
