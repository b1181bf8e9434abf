import {
  type AnswerNotes,
  type FailedAnswer,
  failed,
  readAnswer,
  readNotes,
  readToast,
} from './app-answer.ts'
import type { JsonObject } from './json-object.ts'
import { quoted } from './text-length.ts'
import { urlFault } from './web-link.ts'

/** Which side of the post the user is on. */
export type UserSide = 'SUPPLY' | 'DEMAND'

/** Most characters of completion_url and return_url (wire contract §3). */
export const MAX_RETURN_URL_LENGTH = 200

/** A click on open_server_link, or a touchpoint opened, as the app is to learn of it. Ids are its pseudonyms. */
export interface SessionFacts {
  /** `CHAT_MESSAGE_ACTION`, `POST_ADDON`, or the touchpoint. */
  source: string
  userId: string
  /** The action's data. */
  data: JsonObject
  /** Where the user comes back to; at most {@link MAX_RETURN_URL_LENGTH} characters. */
  returnUrl: string
  userSide?: UserSide | undefined
  postToken?: string | undefined
  conversationId?: string | undefined
  /** The other person of a POST conversation, and who is which side of it; for version 1. */
  peerId?: string | undefined
  supplierId?: string | undefined
  demandId?: string | undefined
}

/** Headers that version 2 adds, in the only spelling that apps look for. */
export const SESSION_V2_HEADERS = { 'API-Version': '2' } as const

export interface SessionRequestV2 {
  source: string
  post_token?: string
  conversation_id?: string
  user_side?: UserSide
  user_id: string
  extra_data: JsonObject
  provider_data: JsonObject
  completion_url: string
  return_url: string
}

export interface SessionRequestV1 {
  extra_data: { provider_data: JsonObject }
  callback_url: string
  post_token?: string
  user_id: string
  peer_id: string
  supplier: { id: string }
  demand: { id: string }
  conversation_id?: string
}

/** The body of version 2, the default (wire contract §3); what does not apply is left out. */
export function sessionRequestV2(facts: SessionFacts): SessionRequestV2 {
  return {
    source: facts.source,
    ...(facts.postToken !== undefined && { post_token: facts.postToken }),
    ...(facts.conversationId !== undefined && { conversation_id: facts.conversationId }),
    ...(facts.userSide !== undefined && { user_side: facts.userSide }),
    user_id: facts.userId,
    extra_data: facts.data,
    provider_data: facts.data,
    completion_url: facts.returnUrl,
    return_url: facts.returnUrl,
  }
}

/** The body of version 1 (wire contract §3): people who do not apply are empty strings, never left out. */
export function sessionRequestV1(facts: SessionFacts): SessionRequestV1 {
  return {
    extra_data: { provider_data: facts.data },
    callback_url: facts.returnUrl,
    ...(facts.postToken !== undefined && { post_token: facts.postToken }),
    user_id: facts.userId,
    peer_id: facts.peerId ?? '',
    supplier: { id: facts.supplierId ?? '' },
    demand: { id: facts.demandId ?? '' },
    ...(facts.conversationId !== undefined && { conversation_id: facts.conversationId }),
  }
}

/** What to do with an app's answer: open a page, show a toast, or tell both sides that it failed. */
export type SessionAnswer =
  | ({ kind: 'open'; url: string } & AnswerNotes)
  | ({ kind: 'toast'; text: string } & AnswerNotes)
  | FailedAnswer

/**
 * Reads the body of a 2xx answer to either version (wire contract §3). Its own `status` never changes the
 * outcome; a `text_message` counts only without `url`.
 */
export function readSessionAnswer(body: string): SessionAnswer {
  const read = readAnswer(body)
  if (!read.ok) return read.failure
  const { url } = read.answer
  const notes = readNotes(read.answer)
  if (url !== undefined && url !== '') {
    if (typeof url !== 'string') return failed('BAD_URL', 'the answer\'s "url" is not a string')
    const fault = urlFault(url)
    return fault
      ? failed('BAD_URL', `the answer's "url" is ${quoted(url)}, but ${fault}`)
      : { kind: 'open', url, ...notes }
  }
  const text = readToast(read.answer)
  if (text !== undefined) return { kind: 'toast', text, ...notes }
  return failed('NO_URL', 'the answer has no "url"; answer {"url": "https://…"} with the page to open')
}
