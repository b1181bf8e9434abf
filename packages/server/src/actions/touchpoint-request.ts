import { postTokenFault } from '@charsu/protocol/identifiers'
import { TOUCHPOINTS } from '../apps/touchpoints.ts'
import { isUuid } from '../ids.ts'

/** Where in the host's pages an app is opened (wire contract §11), and what that place is about. */
export type TouchpointRequest =
  | { touchpoint: 'MY_POST' | 'DEMAND_POST'; postToken: string }
  | { touchpoint: 'CHAT'; conversationId: string }
  | { touchpoint: 'MY_DIVAR' | 'DIVAR_PRO' }

export type ReadTouchpoint = { ok: true; request: TouchpointRequest } | { ok: false; faults: string[] }

/** Query or form fields of `/open/{slug}`, before anything in them is believed. */
export interface TouchpointFields {
  touchpoint?: string | undefined
  post_token?: string | undefined
  conversation_id?: string | undefined
}

/** The names that name it, and nothing else of the query: hosts and browsers add parameters of their own. */
export function touchpointFields(url: string): TouchpointFields {
  const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '')
  const given = (name: string): string | undefined => query.get(name) ?? undefined
  return {
    touchpoint: given('touchpoint'),
    post_token: given('post_token'),
    conversation_id: given('conversation_id'),
  }
}

/** What does not belong to the place is ignored, so that a host may use one form of link everywhere. */
export function readTouchpoint(fields: TouchpointFields): ReadTouchpoint {
  const touchpoint = TOUCHPOINTS.find((name) => name === fields.touchpoint)
  if (touchpoint === undefined) return refused(`touchpoint must be one of ${TOUCHPOINTS.join(', ')}`)
  if (touchpoint === 'MY_POST' || touchpoint === 'DEMAND_POST')
    return aboutPost(touchpoint, fields.post_token)
  if (touchpoint !== 'CHAT') return { ok: true, request: { touchpoint } }
  const id = fields.conversation_id ?? ''
  return isUuid(id)
    ? { ok: true, request: { touchpoint, conversationId: id.toLowerCase() } }
    : refused('conversation_id must be the UUID of a conversation, at the touchpoint CHAT')
}

function aboutPost(touchpoint: 'MY_POST' | 'DEMAND_POST', postToken = ''): ReadTouchpoint {
  const fault = postTokenFault(postToken)
  if (fault === undefined) return { ok: true, request: { touchpoint, postToken } }
  return refused(`post_token ${fault}, at the touchpoint ${touchpoint}`)
}

const refused = (fault: string): ReadTouchpoint => ({ ok: false, faults: [fault] })
