import { QueryClient } from '@tanstack/react-query'
import type { Message } from '../../api/person/message-shapes.ts'
import type { StreamEvent } from '../../api/person/stream-events.ts'
import { createRequest, type Request } from '../../api/request.ts'
import { createUploader, type Uploader } from '../attach/uploader.ts'
import { type ChatStore, createChatStore } from '../state/chat-store.ts'
import { type LiveStream, openLiveStream } from '../stream/live-stream.ts'
import { wait } from '../stream/wait.ts'
import { createDrafts, type Drafts } from './draft-storage.ts'
import { createErrands, isPassing } from './errands.ts'
import { type ChatLoader, createLoader } from './load-chat.ts'
import { createReadMarker } from './mark-read.ts'
import { createOutboxStorage } from './outbox-storage.ts'
import { personKeys } from './person-keys.ts'
import { createSender, type Sender } from './send-outbox.ts'

/** One person of the marketplace in this window: what they are asked and told, and what their chat knows. */
export interface Person {
  /** Before every path: '' or `/dev/as/{host_id}`. */
  base: string
  request: Request
  /** Of what is asked besides the chat: notices, consents, blocks, apps. */
  queryClient: QueryClient
  store: ChatStore
  loader: Omit<ChatLoader, 'fillIn' | 'loadList'> & { reloadList: () => void }
  sender: Omit<Sender, 'resume' | 'restore' | 'forget'>
  uploader: Uploader
  /** What was written and not sent, by conversation. */
  drafts: Omit<Drafts, 'forget'>
  markRead: (conversationId: string, sequence: number) => void
  /** Messages of the conversation are shown: they are loaded, and kept until the returned function is called. */
  openConversation: (id: string) => () => void
  /** Told of every event of the stream, after the chat's state has taken it. */
  onEvent: (listener: (event: StreamEvent) => void) => () => void
  reloadMessage: (message: Message) => Promise<void>
  /** Opens the stream. */
  start: () => void
  /** Gives the stream's connection back until the page is seen again. */
  rest: () => void
  stop: () => void
  /** They leave this tab for good, and so does what they wrote and did not send. */
  leave: () => void
}

export interface PersonDeps {
  base: string
  onSessionEnded: () => void
  fetch?: typeof fetch
  storage?: Storage
}

/** How long the lists wait for the stream, so that they are not loaded before and again after it begins. */
const STREAM_FIRST_MS = 250
const STALE_MS = 30_000
const QUERY_TRIES = 2

export function createPerson(deps: PersonDeps): Person {
  const { base, onSessionEnded, fetch: send = (...given) => globalThis.fetch(...given) } = deps
  const { storage = globalThis.sessionStorage } = deps
  const request = createRequest({ base, fetch: send, onSessionEnded })
  const store = createChatStore()
  const errands = createErrands({ wait })
  const loader = createLoader({ request, store, errands })
  const sender = createSender({ request, store, errands, storage: createOutboxStorage(storage, base) })
  const markRead = createReadMarker({ request, store, errands })
  const queryClient = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        // The browser's idea of being online is often wrong, and never holds for a marketplace on this machine.
        networkMode: 'always',
        retry: (failures, error) => failures < QUERY_TRIES && isPassing(error),
      },
      mutations: { networkMode: 'always' },
    },
  })
  const drafts = createDrafts(storage, base)
  const listeners = new Set<(event: StreamEvent) => void>()
  const shownNow = new Map<string, number>()
  let stream: LiveStream | null = null

  const loadEverything = (): void => {
    loader.loadList()
    for (const id of store.get().timelines.keys()) {
      if (shownNow.has(id)) loader.loadLatest(id)
      else store.step({ kind: 'closed', id })
    }
    void queryClient.invalidateQueries()
  }

  const take = (event: StreamEvent): void => {
    store.step({ kind: 'event', event })
    if (event.kind === 'ready' || event.kind === 'resync') loadEverything()
    if (event.kind === 'notice' || event.kind === 'notices_read') {
      void queryClient.invalidateQueries({ queryKey: personKeys.notices })
    }
    if (event.kind === 'grants') void queryClient.invalidateQueries({ queryKey: personKeys.grants })
    for (const listener of listeners) listener(event)
  }

  const nudge = (): void => {
    if (document.visibilityState === 'hidden') return
    errands.hurry()
    stream?.nudge()
  }

  const drop = (): void => stream?.drop()

  const stop = (): void => {
    stream?.stop()
    stream = null
    errands.stop()
    window.removeEventListener('online', nudge)
    window.removeEventListener('offline', drop)
    document.removeEventListener('visibilitychange', nudge)
  }

  store.subscribe(() => loader.fillIn())

  return {
    base,
    request,
    queryClient,
    store,
    loader: { ...loader, reloadList: loader.loadList },
    sender,
    uploader: createUploader({ request, store, sender }),
    drafts,
    markRead,
    openConversation: (id) => {
      shownNow.set(id, (shownNow.get(id) ?? 0) + 1)
      store.step({ kind: 'opened', id })
      if (!store.get().conversations.has(id)) loader.loadConversation(id)
      if (store.get().timelines.get(id)?.from == null) loader.loadLatest(id)
      return () => {
        const rest = (shownNow.get(id) ?? 1) - 1
        if (rest > 0) shownNow.set(id, rest)
        else shownNow.delete(id)
      }
    },
    onEvent: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    reloadMessage: (message) => loader.reloadMessage(message),
    start: () => {
      if (stream) return
      stream = openLiveStream({
        url: `${base}/me/v1/stream`,
        fetch: send,
        wait,
        onSessionEnded,
        onEvent: take,
        onStatus: (status) => {
          store.step({ kind: 'link', status })
          if (status === 'open') errands.hurry()
        },
      })
      errands.run('restore', () => sender.restore())
      setTimeout(() => {
        if (store.get().list.status === 'loading') loader.loadList()
      }, STREAM_FIRST_MS)
      window.addEventListener('online', nudge)
      window.addEventListener('offline', drop)
      document.addEventListener('visibilitychange', nudge)
    },
    rest: () => stream?.rest(),
    stop,
    leave: () => {
      stop()
      drafts.forget()
      sender.forget()
    },
  }
}
