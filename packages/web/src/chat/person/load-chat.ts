import type { Conversation, ConversationPage } from '../../api/person/conversation-shapes.ts'
import type { Message, MessagePage } from '../../api/person/message-shapes.ts'
import { ApiFailure, type Request } from '../../api/request.ts'
import type { ChatStore } from '../state/chat-store.ts'
import { compareActivity } from '../state/conversation-list.ts'
import { holeOf } from '../state/timeline.ts'
import { type Errand, type Errands, isPassing } from './errands.ts'

export interface LoaderDeps {
  request: Request
  store: ChatStore
  errands: Errands
}

/** Asks the server for what the pages show, and for what is found missing. */
export interface ChatLoader {
  /** The whole list as far as it was shown; again after every `ready` and `resync`. */
  loadList: () => void
  loadMoreConversations: () => void
  loadConversation: (id: string) => void
  /** The latest messages. */
  loadLatest: (id: string) => void
  /** Resolves when they are there, or could not be loaded. */
  loadOlder: (id: string) => Promise<void>
  /** A message again: its links have expired. */
  reloadMessage: (message: Message) => Promise<void>
  /** What the state lacks: unknown conversations, holes. Called after every change. */
  fillIn: () => void
}

const LIST_PAGE = 50
const MOST_LIST_PAGES = 20
const LATEST_PAGE = 50
/** Of more unread messages than these the latest are shown. */
const MOST_UNREAD = 500
/** The most that the server gives at once. */
const LARGE_PAGE = 100
const MOST_TRIES = 5

const conversationPath = (id: string): string => `/me/v1/conversations/${encodeURIComponent(id)}`

export function createLoader({ request, store, errands }: LoaderDeps): ChatLoader {
  const filling = new Set<string>()
  /** Under way, by conversation. */
  const older = new Map<string, Promise<void>>()

  const pageOfList = (cursor: string | null, signal: AbortSignal): Promise<ConversationPage> =>
    request('GET', '/me/v1/conversations', { query: { limit: LIST_PAGE, cursor }, signal })

  const pageOfMessages = (
    id: string,
    query: { before?: number; after?: number; limit: number },
    signal?: AbortSignal,
  ): Promise<MessagePage> =>
    request('GET', `${conversationPath(id)}/messages`, { query, ...(signal && { signal }) })

  const listErrand = (more: boolean) => async (signal: AbortSignal) => {
    const { clock: askedAt, list } = store.get()
    const conversations: Conversation[] = more ? [...list.conversations] : []
    let cursor = more ? list.cursor : null
    try {
      for (let pages = 0; pages < MOST_LIST_PAGES; pages++) {
        const page = await pageOfList(cursor, signal)
        conversations.push(...page.conversations)
        cursor = page.next_cursor
        const last = conversations.at(-1)
        const reached = more || !list.end || !last || compareActivity(last, list.end) >= 0
        if (cursor === null || reached) break
      }
    } catch (error) {
      store.step({ kind: 'list-failed', error })
      throw error
    }
    const fresh = more ? conversations.slice(list.conversations.length) : conversations
    store.step({ kind: 'list', conversations: fresh, cursor, askedAt })
  }

  /** Messages before these back to the first one that is unread, as that is where one begins to read. */
  const unreadBefore = async (
    id: string,
    latest: readonly Message[],
    signal: AbortSignal,
  ): Promise<readonly Message[]> => {
    const { unread_count: count = 0, read_sequence: read = 0 } = store.get().conversations.get(id) ?? {}
    let [first] = latest
    if (count === 0 || !first || first.sequence - read > MOST_UNREAD) return []
    let found: Message[] = []
    while (first && first.sequence > read + 1) {
      const { messages } = await pageOfMessages(id, { before: first.sequence, limit: LARGE_PAGE }, signal)
      found = [...messages, ...found]
      first = messages[0]
    }
    return found
  }

  const askConversation = async (id: string, signal: AbortSignal): Promise<void> => {
    const { clock: askedAt } = store.get()
    try {
      const view = await request<Conversation>('GET', conversationPath(id), { signal })
      store.step({ kind: 'conversation', view, askedAt })
    } catch (error) {
      if (!isPassing(error)) store.step({ kind: 'gone', id, error })
      throw error
    }
  }

  /** Events go on while it is asked, so one answer may not be enough. */
  const fillConversation = async (id: string, signal: AbortSignal): Promise<void> => {
    for (let tries = 0; tries < MOST_TRIES && store.get().inexact.has(id); tries++) {
      await askConversation(id, signal)
    }
  }

  const fillHoles = async (id: string, signal: AbortSignal): Promise<void> => {
    for (let hole = holeIn(store, id); hole; hole = holeIn(store, id)) {
      const { messages } = await pageOfMessages(id, { ...hole, limit: LARGE_PAGE }, signal)
      if (messages.length === 0) return
      store.step({ kind: 'messages', id, messages })
    }
  }

  const askOlder = async (id: string): Promise<void> => {
    const from = store.get().timelines.get(id)?.from ?? null
    if (from === null || from <= 1) return
    const { messages } = await pageOfMessages(id, { before: from, limit: LARGE_PAGE })
    store.step({ kind: 'messages', id, messages })
  }

  /** Once at a time each. */
  const fill = (name: string, errand: Errand): void => {
    if (filling.has(name)) return
    filling.add(name)
    errands.run(name, async (signal) => {
      try {
        await errand(signal)
        filling.delete(name)
      } catch (error) {
        if (!isPassing(error)) filling.delete(name)
        throw error
      }
    })
  }

  return {
    loadList: () => errands.run('list', listErrand(false)),
    loadMoreConversations: () => {
      if (store.get().list.cursor !== null) errands.run('list', listErrand(true))
    },
    loadConversation: (id) => errands.run(`conversation ${id}`, (signal) => askConversation(id, signal)),
    loadLatest: (id) =>
      errands.run(`latest ${id}`, async (signal) => {
        try {
          const isFirst = store.get().timelines.get(id)?.from == null
          const [{ messages }] = await Promise.all([
            pageOfMessages(id, { limit: LATEST_PAGE }, signal),
            isFirst && !store.get().conversations.has(id) && askConversation(id, signal).catch(() => {}),
          ])
          const unread = isFirst ? await unreadBefore(id, messages, signal) : []
          store.step({ kind: 'latest', id, messages: [...unread, ...messages] })
        } catch (error) {
          store.step({ kind: 'messages-failed', id, error })
          throw error
        }
      }),
    loadOlder: (id) => {
      const loading = older.get(id) ?? askOlder(id).finally(() => older.delete(id))
      older.set(id, loading)
      return loading
    },
    reloadMessage: async ({ conversation_id: id, sequence }) => {
      const { messages } = await pageOfMessages(id, { after: sequence - 1, before: sequence + 1, limit: 1 })
      const [message] = messages
      if (message) store.step({ kind: 'reloaded', message })
    },
    fillIn: () => {
      const { inexact, timelines } = store.get()
      for (const id of inexact) fill(`inexact ${id}`, (signal) => fillConversation(id, signal))
      for (const id of timelines.keys()) {
        if (holeIn(store, id)) fill(`hole ${id}`, (signal) => fillHoles(id, signal))
      }
    },
  }
}

function holeIn(store: ChatStore, id: string): { after: number; before: number } | null {
  const timeline = store.get().timelines.get(id)
  return timeline ? holeOf(timeline) : null
}

/** Whether a conversation, or a message, is not there or not this person's. */
export const isNotThere = (error: unknown): boolean => error instanceof ApiFailure && error.status === 404
