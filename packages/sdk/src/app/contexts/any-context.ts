import type { ActionContext } from './action-context.ts'
import type { ChatbotContext } from './chatbot-context.ts'
import type { MessageContext } from './message-context.ts'
import type { PostContext } from './post-context.ts'
import type { RevocationContext } from './revocation-context.ts'
import type { SessionContext } from './session-context.ts'
import type { UnknownEventContext } from './unknown-event-context.ts'

/** What the platform tells an app without waiting for an answer. */
export type EventContext =
  | MessageContext<'message'>
  | MessageContext<'app_message'>
  | ChatbotContext
  | PostContext
  | RevocationContext
  | UnknownEventContext

/** What a person waits for. */
export type ClickContext = ActionContext | SessionContext

/** Tell them apart by `kind`. */
export type AnyContext = EventContext | ClickContext
