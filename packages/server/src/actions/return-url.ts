import { MAX_RETURN_URL_LENGTH } from '@charsu/protocol/session-initialization'
import { isUuid } from '../ids.ts'

/** Pages of this origin that a user comes back to. */
const CHAT = '/chat'
const NOTICES = '/chat/notices'

export type ReturnPlace = { conversationId: string } | 'notices'

/**
 * completion_url and return_url of a session initialization (wire contract §3). Only an id goes in, never a URL, so
 * that nobody can make it lead anywhere else. Under an origin too long for the limit it leads to the chat's front.
 */
export function returnUrl(publicUrl: string, place: ReturnPlace): string {
  const query = place === 'notices' ? 'to=notices' : `conversation=${place.conversationId}`
  const full = `${publicUrl}/completion?${query}`
  return full.length <= MAX_RETURN_URL_LENGTH ? full : `${publicUrl}/completion`
}

/** The path that a return URL's query stands for; whatever is not understood means the chat's front page. */
export function returnPath(query: { conversation?: unknown; to?: unknown }): string {
  const { conversation, to } = query
  if (typeof conversation === 'string' && isUuid(conversation)) {
    return `${CHAT}/conversations/${conversation.toLowerCase()}`
  }
  return to === 'notices' ? NOTICES : CHAT
}
