import { normalizeGrid } from '@charsu/protocol/button-grid'
import type { FieldViolation } from '@charsu/protocol/errors'
import { readMessageInput } from '@charsu/protocol/message-input'
import { readNotice } from '@charsu/protocol/notice-rules'
import type { Report } from '@charsu/protocol/parse'
import type { Draft } from './grid-rows.ts'

/** What an app says: into the conversation of two, in its own chatbot, or outside any chat. */
export const SPEECHES = ['message', 'chatbot', 'notice'] as const
export type Speech = (typeof SPEECHES)[number]

/** The members that hold a text, by kind: JSON may hold anything there. */
const TEXTS = {
  message: ['message', 'type', 'media_token'],
  chatbot: ['text_message', 'type', 'media_token'],
  notice: ['message', 'target_type', 'target_resource_id'],
} as const satisfies Record<Speech, readonly string[]>

const RULES: Record<Speech, (draft: Draft, report: Report) => void> = {
  message(draft, report) {
    readMessageInput(draft, 'message', report)
    normalizeGrid(draft.sender_buttons, 'sender_buttons', report)
    normalizeGrid(draft.receiver_buttons, 'receiver_buttons', report)
  },
  chatbot(draft, report) {
    readMessageInput(draft, 'text_message', report)
    normalizeGrid(draft.buttons, 'buttons', report)
  },
  notice: (draft, report) => void readNotice(draft, report),
}

/** Every wrong field, the first fault of each, by the platform's own rules (wire contract §2, §6 and §9). */
export function checkDraft(speech: Speech, draft: Draft): FieldViolation[] {
  const found = new Map<string, FieldViolation>()
  const report: Report = (field, description) => {
    if (!found.has(field)) found.set(field, { field, description })
  }
  for (const name of TEXTS[speech]) {
    const value = draft[name]
    if (value !== undefined && value !== null && typeof value !== 'string') report(name, 'must be a string')
  }
  RULES[speech](draft, report)
  return [...found.values()]
}
