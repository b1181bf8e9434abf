import type { Action } from '@charsu/protocol/button-action'
import type { DynamicActionRequest } from '@charsu/protocol/dynamic-action'
import type { PlainTarget } from '../../buttons/click-target.ts'
import { UsageError } from '../app-errors.ts'
import type { ChatbotFaces, PostFaces, Said } from '../say/said.ts'
import { sayAsChatbot } from '../say/say-as-chatbot.ts'
import { sayInPost } from '../say/say-in-post.ts'
import type { Call } from '../services.ts'
import { BaseContext } from './base-context.ts'
import { type ClickAnswer, checkOpen, checkUrl, setToast } from './click-answer.ts'

/** A click on a dynamic action, answered within 5 seconds (wire contract §3). */
abstract class AnyActionContext<Data> extends BaseContext {
  readonly kind = 'action' as const
  /** What the button carries. */
  readonly data: Data
  /** Who pressed it. */
  readonly userId: string
  /** Where the button was: CHAT, MY_POST or MY_DIVAR. */
  readonly touchpoint: string
  protected readonly answer: ClickAnswer

  /** @internal */
  constructor(call: Call, request: DynamicActionRequest, data: Data, answer: ClickAnswer) {
    super(call)
    this.data = data
    this.userId = request.user_id
    this.touchpoint = request.touchpoint
    this.answer = answer
  }

  /**
   * Shows the person a short text, once: the one way to answer without leaving a trace in the chat.
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.action('like', (ctx) => ctx.toast('Thank you'))
   * ```
   */
  toast(text: string): void {
    setToast(this.answer, text)
  }

  /**
   * Opens a page in the person's browser.
   * @param url absolute, http or https.
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.action('map', (ctx) => ctx.open('https://www.openstreetmap.org/'))
   * ```
   */
  open(url: string): void {
    checkUrl(url)
    this.run({ open_direct_link: url })
  }

  /**
   * Does what another button would do: `ctx.run(plan)`, or `ctx.run(pick.with({ day }))`.
   *
   * @example
   * ```ts
   * import { App, appSettings, serverLink } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * const plan = serverLink('plan')
   * app.action('next', (ctx) => ctx.run(plan))
   * ```
   */
  run(what: Action | PlainTarget): void {
    checkOpen(this.answer, 'run')
    if (this.answer.action !== undefined) {
      throw new UsageError(
        'a click leads to one action, and one was given already',
        'call ctx.open or ctx.run once',
      )
    }
    this.answer.action = 'with' in what ? what.with() : what
  }

  protected override userIds(): readonly string[] {
    return [this.userId]
  }
}

/** A click under a message of a conversation about a post. */
export class PostActionContext<Data = Record<string, unknown>> extends AnyActionContext<Data> {
  readonly place = 'post' as const
  readonly conversationId: string
  readonly postToken: string
  /** Which side pressed it. */
  readonly side: 'seller' | 'buyer' | undefined

  /** @internal */
  constructor(
    call: Call,
    request: DynamicActionRequest & { conversation_id: string; post_token: string },
    data: Data,
    answer: ClickAnswer,
  ) {
    super(call, request, data, answer)
    this.conversationId = request.conversation_id
    this.postToken = request.post_token
    this.side = sideOf(request)
  }

  /**
   * Sends a message into this conversation, under a consent that allows it: each side sees its own buttons.
   *
   * @throws MissingGrantError when nobody allowed it: it names the scope to ask for.
   */
  async say(what: Said, faces: PostFaces = {}): Promise<void> {
    const { conversationId, postToken, side, userId } = this
    const who = side === 'seller' ? { sellerId: userId } : side === 'buyer' ? { buyerId: userId } : {}
    await sayInPost(this.call, { conversationId, postToken, ...who }, what, faces)
  }
}

/** A click under a message of the app's chatbot. */
export class ChatbotActionContext<Data = Record<string, unknown>> extends AnyActionContext<Data> {
  readonly place = 'chatbot' as const
  readonly conversationId: string

  /** @internal */
  constructor(
    call: Call,
    request: DynamicActionRequest & { conversation_id: string },
    data: Data,
    answer: ClickAnswer,
  ) {
    super(call, request, data, answer)
    this.conversationId = request.conversation_id
  }

  /** Says something to the user, with the app's key alone. */
  async say(what: Said, faces: ChatbotFaces = {}): Promise<void> {
    await sayAsChatbot(this.call, this.conversationId, what, faces)
  }
}

/** A click on a notice, outside any chat. */
export class NoticeActionContext<Data = Record<string, unknown>> extends AnyActionContext<Data> {
  readonly place = 'notice' as const
  /** The notice's post, where it is about one. */
  readonly postToken: string | undefined

  /** @internal */
  constructor(call: Call, request: DynamicActionRequest, data: Data, answer: ClickAnswer) {
    super(call, request, data, answer)
    this.postToken = request.post_token
  }
}

/** A click on a dynamic action; `place` tells where, and what can be said there. */
export type ActionContext<Data = Record<string, unknown>> =
  | PostActionContext<Data>
  | ChatbotActionContext<Data>
  | NoticeActionContext<Data>

/** The context for where the button was. */
export function actionContext(call: Call, request: DynamicActionRequest, answer: ClickAnswer): ActionContext {
  const { conversation_id, post_token, extra_data } = request
  if (conversation_id === undefined) return new NoticeActionContext(call, request, extra_data, answer)
  return post_token === undefined
    ? new ChatbotActionContext(call, { ...request, conversation_id }, extra_data, answer)
    : new PostActionContext(call, { ...request, conversation_id, post_token }, extra_data, answer)
}

function sideOf({ user_side }: DynamicActionRequest): 'seller' | 'buyer' | undefined {
  if (user_side === undefined) return undefined
  return user_side === 'SUPPLY' ? 'seller' : 'buyer'
}
