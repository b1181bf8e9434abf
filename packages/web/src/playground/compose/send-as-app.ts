import type { DevelopmentApp, PersonHere } from '../../api/development/development-shapes.ts'
import type { Request } from '../../api/request.ts'
import { baseOf } from '../../shell/page-base.ts'
import type { Speech } from './check-draft.ts'
import type { Draft } from './grid-rows.ts'

/** A call of the public API as the app would make it. */
export interface PublicCall {
  method: 'POST'
  path: string
  headers: Readonly<Record<string, string>>
  body: Draft
}

export interface CallMade {
  call: PublicCall
  /** From sending to the last byte of the answer. */
  ms: number
  answer: Readonly<Record<string, unknown>>
}

export interface CallToMake {
  speech: Speech
  app: Pick<DevelopmentApp, 'api_key'>
  /** Null for a chatbot, which speaks by its key alone. */
  token: string | null
  conversationId: string
  body: Draft
}

/** The call that says it (wire contract §2, §6 and §9). */
export function publicCall({ speech, app, token, conversationId, body }: CallToMake): PublicCall {
  const headers = { 'X-Api-Key': app.api_key, ...(token !== null && { Authorization: `Bearer ${token}` }) }
  return { method: 'POST', path: pathOf(speech, conversationId), headers, body }
}

function pathOf(speech: Speech, conversationId: string): string {
  switch (speech) {
    case 'message':
      return `/v2/open-platform/conversations/${conversationId}/messages`
    case 'chatbot':
      return `/v1/open-platform/chat/bot/conversations/${conversationId}/messages`
    case 'notice':
      return '/experimental/open-platform/events/send'
  }
}

/** @throws ApiFailure, NoAnswer. */
export async function makeCall(request: Request, call: PublicCall, now: () => number): Promise<CallMade> {
  const began = now()
  const answer = await request<Record<string, unknown>>(call.method, call.path, {
    headers: call.headers,
    body: call.body,
  })
  return { call, ms: now() - began, answer }
}

/** A person's conversation with the app's chatbot, opened where there is none. */
export async function chatbotConversation(
  request: Request,
  person: PersonHere,
  slug: string,
): Promise<string> {
  const path = `${baseOf(person.host_id)}/me/v1/chatbots/${encodeURIComponent(slug)}`
  return (await request<{ id: string }>('POST', path)).id
}
