/**
 * Where a viewer's stream stands. Transactions become visible in another order than their ids, so neither an id nor
 * a time can say what was sent. A watermark can: every transaction below it had ended when we looked, and what it
 * wrote was sent. Of what lies at or above it, `marks` names what was sent already.
 */
export interface Cursor {
  /** A transaction id. */
  watermark: number
  marks: ReadonlyMap<string, Mark>
}

/**
 * How far one thing was sent. A conversation's messages become visible in the order of their sequence (its row lock
 * is held until commit), so one number covers all of them.
 */
export interface Mark {
  sequence: number
  /** The highest transaction id among what was sent; below the watermark the mark is of no use. */
  xid: number
}

/** What becomes an event. `key` names what it is about; see {@link markKey}. */
export interface NewsItem {
  key: string
  sequence: number
  xid: number
}

export type MarkKind = 'm' | 'n' | 'r' | 'p' | 'c' | 'd' | 'g'

/**
 * m: messages of a conversation, n: a notice, r and p: how far I and the other side have read a conversation, c: another
 * change of a conversation, d: the transaction in which notices were read, g: a consent.
 */
export const markKey = (kind: MarkKind, id: string): string => `${kind}${id}`

/** The cursor once everything visible below `next` was sent. */
export function settled({ watermark, marks }: Cursor, next: number): Cursor {
  const reached = Math.max(watermark, next)
  return { watermark: reached, marks: new Map([...marks].filter(([, { xid }]) => xid >= reached)) }
}

/**
 * Each item with the cursor that holds once it, and all before it, were sent; a client may be cut off after any.
 * @param items all that is visible and was not sent, in the order of sending.
 * @param next watermark that may be reached when all were sent: the oldest transaction that was still running.
 */
export function* advance<T extends NewsItem>(
  cursor: Cursor,
  items: readonly T[],
  next: number,
): Generator<{ item: T; cursor: Cursor }> {
  const lowestLater: number[] = []
  let lowest = next
  for (const [i, { xid }] of [...items.entries()].reverse()) {
    lowestLater[i] = lowest
    lowest = Math.min(lowest, xid)
  }
  let at = cursor
  for (const [i, item] of items.entries()) {
    const xid = Math.max(item.xid, at.marks.get(item.key)?.xid ?? 0)
    const marks = new Map(at.marks).set(item.key, { sequence: item.sequence, xid })
    at = settled({ watermark: at.watermark, marks }, lowestLater[i]!)
    yield { item, cursor: at }
  }
}

/** Said instead of a cursor that would be too long: whoever comes back with it has to load everything again. */
const TOO_LONG = 'reload'
/** 100 marks make an id of at most 6 kB, which fits the header limits of servers and proxies. */
const MAX_MARKS = 100
const ENTRY = /^([mnrpcdg])([0-9a-f]{32})-([0-9a-z]{1,11})-([0-9a-z]{1,11})$/
const NUMBER = /^[0-9a-z]{1,11}$/

/** An opaque event id. */
export function encodeCursor({ watermark, marks }: Cursor): string {
  if (marks.size > MAX_MARKS) return TOO_LONG
  const entries = [...marks].map(
    ([key, { sequence, xid }]) =>
      `${key.replaceAll('-', '')}-${sequence.toString(36)}-${(xid - watermark).toString(36)}`,
  )
  return ['1', watermark.toString(36), ...entries].join('.')
}

/** The cursor in a Last-Event-ID, or null when it is none that can be resumed from. */
export function decodeCursor(id: string): Cursor | null {
  const [version, position, ...entries] = id.split('.')
  if (version !== '1' || position === undefined || entries.length > MAX_MARKS) return null
  const watermark = readNumber(position)
  if (watermark === null) return null
  const marks = new Map<string, Mark>()
  for (const entry of entries) {
    const [, kind, hex, sequenceText, distanceText] = ENTRY.exec(entry) ?? []
    if (kind === undefined || hex === undefined) return null
    const sequence = readNumber(sequenceText!)
    const distance = readNumber(distanceText!)
    if (sequence === null || distance === null) return null
    marks.set(markKey(kind as MarkKind, dashed(hex)), { sequence, xid: watermark + distance })
  }
  return { watermark, marks }
}

function readNumber(text: string): number | null {
  const value = NUMBER.test(text) ? Number.parseInt(text, 36) : Number.NaN
  return Number.isSafeInteger(value) ? value : null
}

const dashed = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
