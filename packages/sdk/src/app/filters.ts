import { didYouMean } from '@charsu/protocol/nearest'
import { quoted } from '@charsu/protocol/text-length'
import { UsageError } from './app-errors.ts'
import type { ActionContext } from './contexts/action-context.ts'
import type { AnyContext, EventContext } from './contexts/any-context.ts'
import type { ChatbotContext } from './contexts/chatbot-context.ts'
import type { MessageContext } from './contexts/message-context.ts'
import { MESSAGE_KINDS, type MessageKind, type MessageParts } from './contexts/message-parts.ts'
import type { PostContext } from './contexts/post-context.ts'
import type { RevocationContext } from './contexts/revocation-context.ts'
import type { SessionContext } from './contexts/session-context.ts'

/** A context of which is known what the message says. */
export type Saying<C, Kind extends MessageKind> = C & { readonly [K in Kind]-?: NonNullable<MessageParts[K]> }

type OfKinds<Prefix extends string, C> = { [K in MessageKind as `${Prefix}:${K}`]: Saying<C, K> }

const POST_UPDATES = { publish: 'PUBLISH', retire: 'RETIRE', ongoing: 'ONGOING', archive: 'ARCHIVE' } as const

type OfUpdates = {
  [K in keyof typeof POST_UPDATES as `post:${K}`]: PostContext & {
    readonly update: (typeof POST_UPDATES)[K]
  } & (K extends 'publish' | 'ongoing' ? { readonly post: NonNullable<PostContext['post']> } : unknown)
}

/** What each filter lets through. */
export interface Filters
  extends OfKinds<'message', MessageContext>,
    OfKinds<'chatbot', ChatbotContext>,
    OfUpdates {
  /** A person wrote in a conversation about a post. */
  message: MessageContext
  /** An app wrote in a conversation about a post; your own messages come back too. */
  app_message: MessageContext<'app_message'>
  /** A user wrote to the app's chatbot. */
  chatbot: ChatbotContext
  /** A post changed. */
  post: PostContext
  /** A user took their consent back. */
  revocation: RevocationContext
  /** Any event, also of a type that is not known here. */
  event: EventContext
  /** Any click on a dynamic action, whoever drew the button. */
  action: ActionContext
  /** Any session, whoever drew the button. */
  session: SessionContext
}

/** The names of all filters, such as `message:text`. */
export type Filter = keyof Filters

type Test = (ctx: AnyContext) => boolean

const ofKinds = (prefix: 'message' | 'chatbot'): [string, Test][] =>
  Object.entries(MESSAGE_KINDS).map(([kind, type]) => [
    `${prefix}:${kind}`,
    (ctx) => ctx.kind === prefix && ctx.message.type === type && ctx[kind as MessageKind] !== undefined,
  ])

const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['message', (ctx) => ctx.kind === 'message'],
  ...ofKinds('message'),
  ['app_message', (ctx) => ctx.kind === 'app_message'],
  ['chatbot', (ctx) => ctx.kind === 'chatbot'],
  ...ofKinds('chatbot'),
  ['post', (ctx) => ctx.kind === 'post'],
  ...Object.entries(POST_UPDATES).map(([name, type]): [string, Test] => [
    `post:${name}`,
    (ctx) => ctx.kind === 'post' && ctx.update === type,
  ]),
  ['revocation', (ctx) => ctx.kind === 'revocation'],
  ['event', (ctx) => ctx.kind !== 'action' && ctx.kind !== 'session'],
  ['action', (ctx) => ctx.kind === 'action'],
  ['session', (ctx) => ctx.kind === 'session'],
])

/**
 * Whether a context passes.
 * @throws UsageError for a name that is no filter; it says which one is near.
 */
export function filterTest(filter: string): Test {
  const test = TESTS.get(filter)
  if (test !== undefined) return test
  const names = [...TESTS.keys()]
  throw new UsageError(
    `app.on(${quoted(String(filter))}): there is no such filter.${didYouMean(String(filter), names)}`,
    `write one of ${names.join(', ')}`,
  )
}
