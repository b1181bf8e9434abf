import type { Conversation } from '../../api/person/conversation-shapes.ts'
import type { Message, MessageBody } from '../../api/person/message-shapes.ts'
import { ApiFailure, type Request } from '../../api/request.ts'
import type { ChatStore } from '../state/chat-store.ts'
import { EXPIRED, KEY_LIFE_MS, type Outgoing, type OutgoingMedia, type Refusal } from '../state/outgoing.ts'
import { type Errands, isPassing } from './errands.ts'
import type { OutboxStorage } from './outbox-storage.ts'

export interface SenderDeps {
  request: Request
  store: ChatStore
  errands: Errands
  storage: OutboxStorage
  now?: () => number
  newKey?: () => string
}

/** Sends what this person writes: each message once, those of one conversation in their order. */
export interface Sender {
  send: (conversationId: string, body: MessageBody) => void
  /** A bubble for a file whose upload begins; {@link Sender.uploaded} makes a message of it. */
  beginUpload: (conversationId: string, media: OutgoingMedia) => string
  uploaded: (key: string, mediaToken: string) => void
  /** Again, after it was refused. */
  retry: (key: string) => void
  discard: (key: string) => void
  /** Sends what waits; called when a connection is back. */
  resume: () => void
  /**
   * Takes up what an earlier page of this tab left, once it is known to be this person's.
   * @throws ApiFailure, NoAnswer where that could not be asked; the rest is taken up, and what is left at the next try.
   */
  restore: () => Promise<void>
  /** Nothing that was not sent stays in this tab. */
  forget: () => void
}

export function createSender(deps: SenderDeps): Sender {
  const { request, store, errands, storage, now = Date.now, newKey = () => crypto.randomUUID() } = deps
  /** Of an earlier page; whose they are is not known yet. Read before this page writes its own in their place. */
  let unclaimed: readonly Outgoing[] = storage.load()

  const save = (): void => storage.save([...unclaimed, ...store.get().outbox])

  const entryOf = (conversationId: string): Omit<Outgoing, 'body' | 'media' | 'state'> => {
    const conversation = store.get().conversations.get(conversationId)
    return {
      key: newKey(),
      conversation_id: conversationId,
      side: conversation?.side ?? null,
      written_at: new Date(now()).toISOString(),
      after_sequence: conversation?.last_sequence ?? 0,
      progress: 0,
      refusal: null,
      not_before: null,
      attempts: 0,
      message_id: null,
    }
  }

  const ask = async (entry: Outgoing, signal: AbortSignal): Promise<void> => {
    const { key, conversation_id: id, body } = entry
    store.step({ kind: 'sending', key })
    save()
    try {
      const message = await request<Message>(
        'POST',
        `/me/v1/conversations/${encodeURIComponent(id)}/messages`,
        { body, headers: { 'idempotency-key': key }, signal },
      )
      store.step({ kind: 'sent', key, message })
    } catch (error) {
      if (isPassing(error) || isSessionEnd(error) || signal.aborted) {
        store.step({ kind: 'postponed', key, notBefore: notBefore(error, now()) })
      } else {
        store.step({ kind: 'refused', key, refusal: refusalOf(error) })
        return
      }
      throw error
    } finally {
      save()
    }
  }

  /** All that waits in one conversation, one after the other. */
  const drain = (conversationId: string): void =>
    errands.run(`outbox ${conversationId}`, async (signal) => {
      // What was written earlier goes first.
      if (unclaimed.some((entry) => entry.conversation_id === conversationId)) await claim(conversationId)
      for (;;) {
        const next = store
          .get()
          .outbox.find((entry) => entry.conversation_id === conversationId && isToBeSent(entry))
        if (!next) return
        await ask(next, signal)
      }
    })

  const resume = (): void => {
    for (const id of new Set(
      store
        .get()
        .outbox.filter(isToBeSent)
        .map((entry) => entry.conversation_id),
    )) {
      drain(id)
    }
  }

  const claim = async (id: string): Promise<void> => {
    const mine = (entry: Outgoing): boolean => entry.conversation_id === id
    const conversation = await request<Conversation>(
      'GET',
      `/me/v1/conversations/${encodeURIComponent(id)}`,
    ).catch((error: unknown) => {
      if (isPassing(error) || isSessionEnd(error)) throw error
      return null
    })
    const entries = unclaimed.filter(
      (entry) => mine(entry) && conversation && entry.side === (conversation.side ?? null),
    )
    unclaimed = unclaimed.filter((entry) => !mine(entry))
    if (entries.length > 0) {
      store.step({ kind: 'restored', entries: entries.map((entry) => afterReload(entry, now())) })
    }
    save()
  }

  return {
    send: (conversationId, body) => {
      const entry: Outgoing = { ...entryOf(conversationId), body, media: null, state: 'waiting' }
      store.step({ kind: 'written', entry })
      save()
      drain(conversationId)
    },
    beginUpload: (conversationId, media) => {
      const entry: Outgoing = { ...entryOf(conversationId), body: null, media, state: 'uploading' }
      store.step({ kind: 'written', entry })
      return entry.key
    },
    uploaded: (key, mediaToken) => {
      store.step({ kind: 'uploaded', key, mediaToken })
      save()
      const entry = store.get().outbox.find((each) => each.key === key)
      if (entry) drain(entry.conversation_id)
    },
    retry: (key) => {
      const entry = store.get().outbox.find((each) => each.key === key)
      if (!entry) return
      // The server does not know the old key any more; the person has seen that it may be sent twice.
      if (entry.refusal?.reason === EXPIRED.reason) {
        store.step({ kind: 'discarded', key })
        const fresh = { ...entryOf(entry.conversation_id), body: entry.body, media: entry.media }
        store.step({ kind: 'written', entry: { ...fresh, state: 'waiting' } })
      } else {
        store.step({ kind: 'retried', key })
      }
      save()
      drain(entry.conversation_id)
    },
    discard: (key) => {
      store.step({ kind: 'discarded', key })
      save()
    },
    resume,
    restore: async () => {
      const claims = await Promise.allSettled(
        [...new Set(unclaimed.map((entry) => entry.conversation_id))].map(claim),
      )
      resume()
      for (const claimed of claims) if (claimed.status === 'rejected') throw claimed.reason
    },
    forget: () => {
      unclaimed = []
      for (const { key } of store.get().outbox) store.step({ kind: 'discarded', key })
      save()
    },
  }
}

const isToBeSent = (entry: Outgoing): boolean =>
  entry.body !== null && (entry.state === 'waiting' || entry.state === 'sending')

const isSessionEnd = (error: unknown): boolean => error instanceof ApiFailure && error.status === 401

const notBefore = (error: unknown, now: number): number | null =>
  error instanceof ApiFailure && error.retryAfterMs !== null ? now + error.retryAfterMs : null

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ApiFailure)) return { status: 0, reason: '', message: '' }
  const { status, reason, message } = error
  return { status, reason, message }
}

function afterReload(entry: Outgoing, now: number): Outgoing {
  if (entry.state === 'failed') return entry
  const isOld = now - Date.parse(entry.written_at) > KEY_LIFE_MS
  return isOld && entry.attempts > 0
    ? { ...entry, state: 'failed', refusal: EXPIRED, message_id: null }
    : { ...entry, state: 'waiting', not_before: null, message_id: null }
}
