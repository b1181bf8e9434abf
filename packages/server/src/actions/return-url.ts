import { MAX_RETURN_URL_LENGTH } from '@charsu/protocol/session-initialization'

/** Where a click was made, as far as the way back has to know. */
export type ReturnPlace =
  | { conversationId: string }
  | 'notices'
  | { touchpoint: 'MY_POST' | 'DEMAND_POST'; postToken: string }
  | { touchpoint: 'MY_DIVAR' | 'DIVAR_PRO' }

/**
 * completion_url and return_url of a session initialization (wire contract §3). Only ids and names of ours go in,
 * never a URL, so that nobody can make it lead anywhere else. Under an origin too long for the limit the place is
 * left out.
 */
export function returnUrl(publicUrl: string, place: ReturnPlace): string {
  const full = `${publicUrl}/completion?${returnQuery(place)}`
  return full.length <= MAX_RETURN_URL_LENGTH ? full : `${publicUrl}/completion`
}

function returnQuery(place: ReturnPlace): string {
  if (place === 'notices') return 'to=notices'
  if ('conversationId' in place) return `conversation=${place.conversationId}`
  return 'postToken' in place ? `to=${place.touchpoint}&post=${place.postToken}` : `to=${place.touchpoint}`
}
