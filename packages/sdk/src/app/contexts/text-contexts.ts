import type { Saying } from '../filters.ts'
import type { StartPlace } from '../text-matchers.ts'
import type { ChatbotContext } from './chatbot-context.ts'
import type { MessageContext } from './message-context.ts'

/** What `app.hears` found, in either kind of conversation; `kind` tells which. */
export type HeardContext = (Saying<MessageContext, 'text'> | Saying<ChatbotContext, 'text'>) & {
  /** What was found, as `String.match` gives it: the whole, then the groups. */
  readonly match: RegExpMatchArray
}

/** A command to the chatbot. */
export type CommandContext = Saying<ChatbotContext, 'text'> & {
  /** What stands behind the command. */
  readonly rest: string
}

/** A start from this place, with what it is about. */
export type StartContext<Place extends StartPlace | undefined> = Place extends StartPlace | undefined
  ? CommandContext & { readonly place: Place } & (Place extends 'MY_POST' | 'DEMAND_POST'
        ? { readonly postToken: string }
        : Place extends 'CHAT'
          ? { readonly chatConversationId: string }
          : unknown)
  : never
