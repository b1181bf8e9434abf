import type { Conversation } from '../../api/person/conversation-shapes.ts'
import type { Message } from '../../api/person/message-shapes.ts'
import type { StreamEvent } from '../../api/person/stream-events.ts'
import type { LinkStatus } from '../stream/live-stream.ts'
import { joinView, type Known, withMessage, withPeerRead, withRead } from './conversation-facts.ts'
import { type ConversationList, EMPTY_LIST, listed } from './conversation-list.ts'
import { type OutboxStep, type Outgoing, pairUp, stepOutbox } from './outgoing.ts'
import { EMPTY_TIMELINE, receive, receiveLatest, replaceMessage, type Timeline } from './timeline.ts'

/** The messages of a conversation that is, or was, open on this page. */
export interface OpenTimeline extends Timeline {
  status: 'loading' | 'ready' | 'failed'
  error: unknown
}

/** Everything that one person's chat knows. Changed by {@link stepChat} alone. */
export interface ChatState {
  link: LinkStatus
  list: ConversationList
  conversations: ReadonlyMap<string, Conversation>
  /** Conversations of which not everything is known: to be asked for again. */
  inexact: ReadonlySet<string>
  /** Conversations that could not be loaded, with why: most are not there, or not this person's. */
  gone: ReadonlyMap<string, unknown>
  timelines: ReadonlyMap<string, OpenTimeline>
  outbox: readonly Outgoing[]
  /** Keys of entries by the messages that they became, so that a bubble stays the same one. */
  keys: ReadonlyMap<string, string>
  /** Up to where this page has shown each conversation; the server may not have heard of it yet. */
  seen: ReadonlyMap<string, number>
  /** Counts what was told, and when each conversation's names and blocks were last told. */
  clock: number
  toldAt: ReadonlyMap<string, number>
}

export type ChatStep =
  | { kind: 'link'; status: LinkStatus }
  | { kind: 'event'; event: StreamEvent }
  | { kind: 'list'; conversations: readonly Conversation[]; cursor: string | null; askedAt: number }
  | { kind: 'list-failed'; error: unknown }
  | { kind: 'conversation'; view: Conversation; askedAt: number }
  | { kind: 'gone'; id: string; error: unknown }
  | { kind: 'opened'; id: string }
  | { kind: 'closed'; id: string }
  | { kind: 'latest' | 'messages'; id: string; messages: readonly Message[] }
  | { kind: 'reloaded'; message: Message }
  | { kind: 'messages-failed'; id: string; error: unknown }
  | { kind: 'seen'; id: string; sequence: number }
  | OutboxStep

export const EMPTY_CHAT: ChatState = {
  link: 'connecting',
  list: EMPTY_LIST,
  conversations: new Map(),
  inexact: new Set(),
  gone: new Map(),
  timelines: new Map(),
  outbox: [],
  keys: new Map(),
  seen: new Map(),
  clock: 0,
  toldAt: new Map(),
}

export function stepChat(state: ChatState, step: ChatStep): ChatState {
  switch (step.kind) {
    case 'link':
      return { ...state, link: step.status }
    case 'event':
      return stepEvent(state, step.event)
    case 'list':
      return relist(withViews(state, step.conversations, step.askedAt), {
        status: 'ready',
        error: null,
        cursor: step.cursor,
        end: step.cursor === null ? null : (step.conversations.at(-1) ?? null),
      })
    case 'list-failed':
      return state.list.status === 'ready'
        ? state
        : { ...state, list: { ...state.list, status: 'failed', error: step.error } }
    case 'conversation':
      return relist(withViews(state, [step.view], step.askedAt))
    case 'gone':
      return {
        ...state,
        inexact: without(state.inexact, step.id),
        gone: new Map(state.gone).set(step.id, step.error),
      }
    case 'opened':
      return state.timelines.get(step.id)?.status === 'ready'
        ? state
        : withTimeline(state, step.id, (timeline) => ({ ...timeline, status: 'loading', error: null }))
    case 'closed':
      return settleOutbox({ ...state, timelines: withoutKey(state.timelines, step.id) })
    case 'latest':
      return settleOutbox(
        withTimeline(paired(state, step.messages), step.id, (timeline) => ({
          ...receiveLatest(timeline, step.messages),
          status: 'ready',
          error: null,
        })),
      )
    case 'messages':
      return settleOutbox(
        withTimeline(paired(state, step.messages), step.id, (timeline) => ({
          ...timeline,
          ...receive(timeline, step.messages),
        })),
      )
    case 'reloaded':
      return withTimeline(state, step.message.conversation_id, (timeline) => ({
        ...timeline,
        ...replaceMessage(timeline, step.message),
      }))
    case 'messages-failed':
      return withTimeline(state, step.id, (timeline) =>
        timeline.status === 'ready' ? timeline : { ...timeline, status: 'failed', error: step.error },
      )
    case 'seen':
      return step.sequence <= (state.seen.get(step.id) ?? 0)
        ? state
        : { ...state, seen: new Map(state.seen).set(step.id, step.sequence) }
    case 'sent':
      return settleOutbox(withMessages(withOutbox(state, stepOutbox(state.outbox, step)), step.message))
    default:
      return withOutbox(state, stepOutbox(state.outbox, step))
  }
}

function stepEvent(state: ChatState, event: StreamEvent): ChatState {
  switch (event.kind) {
    case 'message':
      return settleOutbox(withMessages(paired(state, [event.data]), event.data))
    case 'read': {
      const { conversation_id: id, read_sequence: sequence } = event.data
      return withKnown(state, id, (known) => withRead(known, sequence, state.timelines.get(id)?.shown ?? []))
    }
    case 'peer_read': {
      const { conversation_id: id, peer_read_sequence: sequence } = event.data
      return withKnown(state, id, (known) => ({ conversation: withPeerRead(known, sequence), exact: null }))
    }
    case 'conversation': {
      const clock = state.clock + 1
      const toldAt = new Map(state.toldAt).set(event.data.id, clock)
      return relist(withViews({ ...state, clock, toldAt }, [event.data], clock))
    }
    default:
      return state
  }
}

/** @param askedAt the state's clock when these were asked for. */
function withViews(state: ChatState, views: readonly Conversation[], askedAt: number): ChatState {
  const conversations = new Map(state.conversations)
  const inexact = new Set(state.inexact)
  for (const view of views) {
    const keepFacts = (state.toldAt.get(view.id) ?? 0) > askedAt
    const { conversation, exact } = joinView(conversations.get(view.id), view, keepFacts)
    conversations.set(view.id, conversation)
    if (exact === true) inexact.delete(view.id)
    if (exact === false) inexact.add(view.id)
  }
  return { ...state, conversations, inexact }
}

/** One that is not known is to be asked for. */
function withKnown(state: ChatState, id: string, change: (known: Conversation) => Known): ChatState {
  const known = state.conversations.get(id)
  if (!known) return { ...state, inexact: new Set(state.inexact).add(id) }
  const { conversation, exact } = change(known)
  if (conversation === known) return state
  return relist({
    ...state,
    conversations: new Map(state.conversations).set(id, conversation),
    inexact: exact === false ? new Set(state.inexact).add(id) : state.inexact,
  })
}

function withMessages(state: ChatState, message: Message): ChatState {
  const id = message.conversation_id
  const told = withKnown(state, id, (known) => withMessage(known, message))
  if (!told.timelines.has(id)) return told
  return withTimeline(told, id, (timeline) => ({ ...timeline, ...receive(timeline, [message]) }))
}

function withTimeline(
  state: ChatState,
  id: string,
  change: (timeline: OpenTimeline) => OpenTimeline,
): ChatState {
  const before = state.timelines.get(id) ?? { ...EMPTY_TIMELINE, status: 'loading' as const, error: null }
  return { ...state, timelines: new Map(state.timelines).set(id, change(before)) }
}

const relist = (state: ChatState, list: Partial<ConversationList> = {}): ChatState => {
  const end = list.end === undefined ? state.list.end : list.end
  return { ...state, list: { ...state.list, ...list, conversations: listed(state.conversations, end) } }
}

function withOutbox(state: ChatState, outbox: readonly Outgoing[]): ChatState {
  if (outbox === state.outbox) return state
  const gone = state.outbox.filter(
    (before) =>
      before.message_id !== null &&
      outbox.some((entry) => entry.key === before.key && entry.message_id !== before.message_id),
  )
  const keys = new Map(state.keys)
  for (const { message_id } of gone) keys.delete(message_id!)
  for (const { key, message_id } of outbox) if (message_id !== null) keys.set(message_id, key)
  return { ...state, outbox, keys }
}

const paired = (state: ChatState, messages: readonly Message[]): ChatState =>
  state.outbox.length === 0 ? state : withOutbox(state, messages.reduce(pairUp, state.outbox))

/** What was stored and is in the list, or in none that is open, is done with. */
function settleOutbox(state: ChatState): ChatState {
  const outbox = state.outbox.filter(({ state: progress, conversation_id, message_id }) => {
    if (progress !== 'sent') return true
    const timeline = state.timelines.get(conversation_id)
    return timeline !== undefined && !timeline.shown.some(({ id }) => id === message_id)
  })
  return outbox.length === state.outbox.length ? state : { ...state, outbox }
}

function without<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const rest = new Set(set)
  rest.delete(value)
  return rest
}

function withoutKey<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}
