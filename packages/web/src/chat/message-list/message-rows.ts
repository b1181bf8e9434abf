import type { Message } from '../../api/person/message-shapes.ts'
import type { Outgoing } from '../state/outgoing.ts'

/** One line of the list: a message, or one on its way. */
export interface MessageRow {
  /** The same before and after a message was sent. */
  key: string
  message: Message | null
  outgoing: Outgoing | null
  mine: boolean
  sentAt: string
  /** The first of its day. */
  beginsDay: boolean
  /** The first that was not read when the conversation was opened. */
  beginsUnread: boolean
  /** The first, the last, of several from the same writer at about the same time. */
  beginsGroup: boolean
  endsGroup: boolean
}

export interface RowsInput {
  /** Without a hole, by sequence. */
  messages: readonly Message[]
  outgoing: readonly Outgoing[]
  /** Keys of entries by the messages that they became. */
  keys: ReadonlyMap<string, string>
  /** What comes from others after this sequence is marked as new; null for no mark. */
  unreadAfter: number | null
  /** The same text for all moments of one day. */
  dayKey: (moment: string) => string
}

const GROUP_MS = 5 * 60_000

type Bare = Pick<MessageRow, 'key' | 'message' | 'outgoing' | 'mine' | 'sentAt'>

/** The list as it is shown: what became a message, or is taken for one, is not shown as on its way any more. */
export function messageRows({ messages, outgoing, keys, unreadAfter, dayKey }: RowsInput): MessageRow[] {
  const shown = new Set(messages.map(({ id }) => id))
  const rows: Bare[] = messages.map((message) => ({
    key: keys.get(message.id) ?? message.id,
    message,
    outgoing: null,
    mine: message.mine,
    sentAt: message.sent_at,
  }))
  for (const entry of outgoing) {
    if (entry.message_id !== null && shown.has(entry.message_id)) continue
    rows.push({ key: entry.key, message: null, outgoing: entry, mine: true, sentAt: entry.written_at })
  }
  const days = rows.map(({ sentAt }) => dayKey(sentAt))
  // What is loaded may begin behind the first unread one.
  const isKnown = unreadAfter !== null && (messages[0]?.sequence ?? 0) <= unreadAfter + 1
  const firstUnread = !isKnown
    ? -1
    : rows.findIndex(({ message }) => message && !message.mine && message.sequence > unreadAfter)
  const joins = rows.map((row, at) => {
    const before = rows[at - 1]
    return before !== undefined && at !== firstUnread && days[at] === days[at - 1] && isOneGroup(before, row)
  })
  return rows.map((row, at) => ({
    ...row,
    beginsDay: at === 0 || days[at] !== days[at - 1],
    beginsUnread: at === firstUnread,
    beginsGroup: !joins[at],
    endsGroup: !joins[at + 1],
  }))
}

const isOneGroup = (one: Bare, other: Bare): boolean =>
  one.mine === other.mine &&
  one.message?.app?.slug === other.message?.app?.slug &&
  Date.parse(other.sentAt) - Date.parse(one.sentAt) < GROUP_MS
