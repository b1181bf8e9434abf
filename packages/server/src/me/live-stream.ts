import type { MediaLinks } from '../delivery/media-links.ts'
import { SseStream } from '../http/sse.ts'
import { advance, type Cursor, decodeCursor, encodeCursor, settled } from './stream-cursor.ts'
import type { News, NewsContent, NewsOfViewer, NewsRound } from './stream-store.ts'
import { viewConversation } from './view-conversation.ts'
import { viewMessage } from './view-message.ts'
import { viewNotice } from './view-notice.ts'

export interface StreamViewer {
  userId: string
  /** The session that it was opened with, and that it ends with. */
  sessionHash: Buffer
}

/** One open stream of one viewer: what it was sent, and what it may be sent next. */
export class LiveStream {
  readonly viewer: StreamViewer
  readonly sse = new SseStream()
  /** Null until the present has been read. */
  cursor: Cursor | null
  /** There may be more for it than the last read gave. */
  behind = true
  /** Monotonic milliseconds since when its client has taken nothing. */
  fullSince: number | null = null
  /** What a stream without a cursor begins with: `resync` tells the client that it missed something. */
  #greeting: 'ready' | 'resync'
  readonly #links: MediaLinks

  /** @param lastEventId of the stream that the client was cut off from, if any. */
  constructor(viewer: StreamViewer, lastEventId: string | null, links: MediaLinks) {
    this.viewer = viewer
    this.#links = links
    this.cursor = lastEventId === null ? null : decodeCursor(lastEventId)
    this.#greeting = lastEventId === null ? 'ready' : 'resync'
  }

  get isReadable(): boolean {
    return !this.sse.isClosed && !this.sse.isFull
  }

  /** Begins at the present: from here on nothing is missed. */
  begin(present: Cursor): void {
    this.cursor = present
    this.sse.send({ event: this.#greeting, id: encodeCursor(present), data: {} })
  }

  /**
   * Sends what a read found, as far as the client keeps up; the rest is read again later.
   * @param everything whether the read looked at all there is, so that the watermark may move.
   */
  deliver(
    news: NewsOfViewer,
    { next, ahead, replacedBy }: Pick<NewsRound, 'next' | 'ahead' | 'replacedBy'>,
    everything: boolean,
  ): void {
    const from = this.cursor
    if (from === null || this.sse.isClosed) return
    if (news.tooMuch || from.watermark > ahead || from.watermark <= replacedBy) {
      this.#resync()
      return
    }
    const reachable = everything && !news.more ? next : from.watermark
    this.behind = news.more || (this.behind && !everything)
    for (const { item, cursor } of advance(from, news.items, reachable)) {
      if (this.sse.isFull) {
        this.behind = true
        return
      }
      if (leavesGap(item, this.cursor ?? from)) {
        this.#resync()
        return
      }
      this.cursor = cursor
      const data = this.#view(item.content)
      if (data !== null) this.sse.send({ event: item.content.kind, id: encodeCursor(cursor), data })
    }
    this.cursor = settled(this.cursor ?? from, reachable)
  }

  /** Null when there is nothing to tell any more. */
  #view(content: NewsContent): unknown {
    switch (content.kind) {
      case 'message':
        return viewMessage(content.row, this.viewer.userId, this.#links)
      case 'notice':
        return viewNotice(content.row)
      case 'conversation':
        return content.view ? viewConversation(content.view) : null
      default:
        return content.row
    }
  }

  /** Too much was missed to be told one by one: the client is to load everything again, and goes on from now. */
  #resync(): void {
    this.cursor = null
    this.#greeting = 'resync'
    this.behind = true
  }
}

/** Whether messages before this one were neither sent nor looked at. */
function leavesGap({ key, sequence, floor, content }: News, { marks }: Cursor): boolean {
  if (content.kind !== 'message') return false
  const sent = marks.get(key)?.sequence
  return sent === undefined ? floor > 0 && sequence === floor + 1 : sequence !== sent + 1
}
