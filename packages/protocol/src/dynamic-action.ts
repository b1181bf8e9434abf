import {
  type AnswerNotes,
  type FailedAnswer,
  failed,
  readAnswer,
  readNotes,
  readToast,
} from './app-answer.ts'
import { type Action, normalizeAction } from './button-action.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'
import type { UserSide } from './session-initialization.ts'

/** Most dynamic actions that may follow one another from one click (wire contract §3). */
export const MAX_ACTION_DEPTH = 3

/** A click on get_dynamic_action, as the app is to learn of it. Ids are its pseudonyms. */
export interface DynamicActionFacts {
  /** CHAT for messages, MY_POST for notices on a post, MY_DIVAR for notices to a user. */
  touchpoint: string
  userId: string
  data: JsonObject
  userSide?: UserSide | undefined
  postToken?: string | undefined
  conversationId?: string | undefined
}

export interface DynamicActionRequest {
  touchpoint: string
  post_token?: string
  conversation_id?: string
  user_side?: UserSide
  extra_data: JsonObject
  user_id: string
}

/** The body of a dynamic-action call (wire contract §3); what does not apply is left out. */
export function dynamicActionRequest(facts: DynamicActionFacts): DynamicActionRequest {
  return {
    touchpoint: facts.touchpoint,
    ...(facts.postToken !== undefined && { post_token: facts.postToken }),
    ...(facts.conversationId !== undefined && { conversation_id: facts.conversationId }),
    ...(facts.userSide !== undefined && { user_side: facts.userSide }),
    extra_data: facts.data,
    user_id: facts.userId,
  }
}

export type DynamicActionAnswer =
  | ({ kind: 'done'; action?: Action; text?: string } & AnswerNotes)
  | FailedAnswer

/**
 * Reads the body of a 2xx answer (wire contract §3): an action to carry out, a toast to show, both, or neither,
 * which is success without effect. The action follows a button's rules.
 */
export function readDynamicAnswer(body: string): DynamicActionAnswer {
  const read = readAnswer(body)
  if (!read.ok) return read.failure
  const text = readToast(read.answer)
  const faults: string[] = []
  const action = isEmpty(read.answer.action)
    ? undefined
    : normalizeAction(read.answer.action, 'action', (field, description) => {
        faults.push(`${field} ${description}`)
      })
  if (faults.length > 0) return failed('BAD_ACTION', `the answer's ${faults.join('; ')}`)
  return {
    kind: 'done',
    ...(action !== undefined && { action }),
    ...(text !== undefined && { text }),
    ...readNotes(read.answer),
  }
}

/** Frameworks write an action that was never set as null, as an empty object, or with all its fields null. */
function isEmpty(action: unknown): boolean {
  if (action === undefined || action === null) return true
  return isJsonObject(action) && Object.values(action).every((member) => member === null || member === '')
}
