import { MAX_RETURN_URL_LENGTH } from '@charsu/protocol/session-initialization'

export type ReturnPlace = { conversationId: string } | 'notices'

/**
 * completion_url and return_url of a session initialization (wire contract §3). Only an id goes in, never a URL, so
 * that nobody can make it lead anywhere else. Under an origin too long for the limit the place is left out.
 */
export function returnUrl(publicUrl: string, place: ReturnPlace): string {
  const query = place === 'notices' ? 'to=notices' : `conversation=${place.conversationId}`
  const full = `${publicUrl}/completion?${query}`
  return full.length <= MAX_RETURN_URL_LENGTH ? full : `${publicUrl}/completion`
}
