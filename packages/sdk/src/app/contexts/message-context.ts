import type { NewMessageEvent } from '@charsu/protocol/events'
import type { JsonObject } from '@charsu/protocol/json-object'
import type { PostFaces, Said } from '../say/said.ts'
import { sayInPost } from '../say/say-in-post.ts'
import type { Call } from '../services.ts'
import { WrittenContext } from './written-context.ts'

/** A NEW_MESSAGE whose shape was checked. */
export interface PostMessage {
  event: NewMessageEvent
  postToken: string
  side: 'SELLER' | 'BUYER'
}

/** A message in a conversation about a post (wire contract §5). */
export class MessageContext<Kind extends 'message' | 'app_message' = 'message'> extends WrittenContext {
  /** `message` where a person wrote it, `app_message` where an app sent it: your own come back too. */
  readonly kind: Kind
  readonly postToken: string
  /** Who wrote it, or as whom the app sent it. The seller owns the post. */
  readonly from: 'seller' | 'buyer'
  /** What the subscription was made with. */
  readonly metadata: JsonObject

  /** @internal */
  constructor(call: Call, kind: Kind, { event, postToken, side }: PostMessage) {
    super(call, event.new_message)
    this.kind = kind
    this.postToken = postToken
    this.from = side === 'SELLER' ? 'seller' : 'buyer'
    this.metadata = event.metadata
  }

  /**
   * Sends a message into this conversation (wire contract §2), under a consent that allows it: each side sees its own
   * buttons. However often the event is delivered, it is sent once.
   *
   * @throws MissingGrantError when nobody allowed it: it names the scope to ask for.
   * @throws RefusedError when the platform says no, NoAnswerError when it does not answer.
   *
   * @example
   * ```ts
   * import { App, appSettings, grid, link } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.on('message:text', (ctx) =>
   *   ctx.say('Do you want to see it?', {
   *     buyer: grid([[link('Choose a day', 'https://visits.example/days')]]),
   *     seller: grid([[link('The plan', 'https://visits.example/plan')]]),
   *   }),
   * )
   * ```
   */
  async say(what: Said, faces: PostFaces = {}): Promise<void> {
    const { conversationId, postToken } = this
    const [sellerId] = this.userIds()
    const { charsu_grant_id: grantId } = this.metadata
    const where = { conversationId, postToken, sellerId, ...(typeof grantId === 'string' && { grantId }) }
    await sayInPost(this.call, where, what, faces)
  }

  /** Subscriptions are made by the seller, and those of this SDK carry who it was. */
  protected override userIds(): readonly string[] {
    const id = this.metadata.charsu_user_id
    return typeof id === 'string' ? [id] : []
  }
}
