import { postTokenFault } from '@charsu/protocol/identifiers'
import { isUuid } from '../ids.ts'
import type { ReturnPlace } from './return-url.ts'

/**
 * The place that a return URL names (wire contract §3), or null when it names none that could be. Apps and browsers
 * add to the query, behind what we wrote: what comes first counts, and everything else is ignored.
 */
export function readReturnPlace(url: string): ReturnPlace | null {
  const mark = url.indexOf('?')
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))
  const [kind] = [...query.keys()].filter((name) => name === 'conversation' || name === 'to')
  // Some join their own part with a second question mark.
  const value = (name: string): string => query.get(name)?.split('?', 1)[0] ?? ''
  if (kind === 'conversation') {
    const conversationId = value('conversation').toLowerCase()
    return isUuid(conversationId) ? { conversationId } : null
  }
  const to = value('to')
  if (to === 'notices') return to
  if (to === 'MY_DIVAR' || to === 'DIVAR_PRO') return { touchpoint: to }
  if (to !== 'MY_POST' && to !== 'DEMAND_POST') return null
  const postToken = value('post')
  return postTokenFault(postToken) === undefined ? { touchpoint: to, postToken } : null
}
