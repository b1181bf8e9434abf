import type { Conversation } from '../../api/person/conversation-shapes.ts'

/** A place in the order of the list: latest activity first. */
export type ListPlace = Pick<Conversation, 'active_at' | 'id'>

export interface ConversationList {
  status: 'loading' | 'ready' | 'failed'
  error: unknown
  /** Of the next page; null when all are there. */
  cursor: string | null
  /** The last place that was loaded; null when all are there. */
  end: ListPlace | null
  /** Those up to the end, in order. */
  conversations: readonly Conversation[]
}

export const EMPTY_LIST: ConversationList = {
  status: 'loading',
  error: null,
  cursor: null,
  end: null,
  conversations: [],
}

/** Less than 0 when the first stands further up. */
export function compareActivity(one: ListPlace, other: ListPlace): number {
  if (one.active_at !== other.active_at) return one.active_at > other.active_at ? -1 : 1
  return one.id > other.id ? -1 : one.id < other.id ? 1 : 0
}

/** What is known of conversations beyond the end is not listed: others between may not be known. */
export function listed(known: ReadonlyMap<string, Conversation>, end: ListPlace | null): Conversation[] {
  const all = [...known.values()].sort(compareActivity)
  return end === null ? all : all.filter((each) => compareActivity(each, end) <= 0)
}
