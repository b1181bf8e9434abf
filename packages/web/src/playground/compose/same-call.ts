import type { Exchange } from '../../api/development/story-shapes.ts'
import type { Speech } from './check-draft.ts'
import type { Draft } from './grid-rows.ts'
import { publicCall } from './send-as-app.ts'

const OPERATIONS: Record<Speech, string> = {
  message: 'ChatAPI_ConversationSendMessage',
  chatbot: 'ChatAPI_ChatBotSendMessage',
  notice: 'Events_SendEvent',
}

/** Shortened as in the record of a call: whoever copies it fills in their own. */
const KEY = 'ck_…'
const TOKEN = 'ca_…'

export interface SameCall {
  speech: Speech
  app: string
  /** Of the chatbot's conversation, where it speaks as one. */
  conversationId: string
  body: Draft
}

/** The call that sending would make, as it would be recorded: other tools are shown how to make it from this. */
export function sameCall({ speech, app, conversationId, body }: SameCall): Exchange {
  const call = publicCall({
    speech,
    app: { api_key: KEY },
    token: speech === 'chatbot' ? null : TOKEN,
    conversationId,
    body,
  })
  const headers = Object.entries(call.headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  return {
    id: '0',
    at: new Date(0).toISOString(),
    direction: 'from_app',
    kind: 'call',
    app,
    method: call.method,
    url: call.path,
    operation: OPERATIONS[speech],
    request: {
      headers: { ...Object.fromEntries(headers), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
    answer: null,
    failure: null,
    ms: 0,
    refs: {},
  }
}
