import type {
  GetConversationAnswer,
  SendMessageAnswer,
  UserAnswer,
  UserPost,
  UserPostsAnswer,
} from './answers.ts'
import type { SendEventBody, SendMessageBody, SubscribeBody } from './bodies.ts'
import type { CallOptions, SendOptions } from './call-options.ts'
import { KeyOperations, keyOf } from './key-operations.ts'
import { noticeQuery } from './notice-query.ts'
import type { TokenSource } from './token-source.ts'
import { readTraceparent } from './traceparent.ts'
import type { Transport } from './transport.ts'

/** What an app may do with its key and one user's consent; what the key alone allows too. Made by `Client.as`. */
export class UserClient extends KeyOperations {
  readonly #transport: Transport
  readonly #token: string | TokenSource

  /** @internal */
  constructor(transport: Transport, token: string | TokenSource) {
    super(transport, token)
    this.#transport = transport
    this.#token = token
  }

  /**
   * The same client, whose calls carry this W3C trace context; see `Client.inTrace`.
   * @throws TypeError for what is no `traceparent`
   * @example
   * ```ts
   * import type { UserClient } from '@charsu/sdk'
   *
   * export const greet = (seller: UserClient, conversationId: string, traceparent: string) =>
   *   seller.inTrace(traceparent).sendMessage(conversationId, { message: 'Good evening' })
   * ```
   */
  inTrace(traceparent: string): UserClient {
    return new UserClient(this.#transport.inTrace(readTraceparent(traceparent)), this.#token)
  }

  /**
   * Sends a message into a conversation as the token’s user (wire contract §2). Both sides see the text, each its own
   * buttons. It goes out once, also over repeats: see `SendOptions.idempotencyKey`.
   *
   * Key permission CHAT_SEND_MESSAGE_OAUTH; scope `scope.sendMessage(conversationId)`, or of the post’s owner
   * `scope.sendInPostConversations(postToken)` or `scope.sendInAllConversations`.
   * @example
   * ```ts
   * import type { UserClient } from '@charsu/sdk'
   *
   * export const propose = (seller: UserClient, conversationId: string) =>
   *   seller.sendMessage(conversationId, {
   *     message: 'A visit is proposed for Monday at 10.',
   *     receiver_buttons: {
   *       rows: [{ buttons: [{ caption: 'Accept', action: { get_dynamic_action: { data: { visit: 17 } } } }] }],
   *     },
   *   })
   * ```
   */
  sendMessage(
    conversationId: string,
    body: SendMessageBody,
    options: SendOptions = {},
  ): Promise<SendMessageAnswer> {
    return this.#transport.call(
      {
        operation: 'sendMessage',
        path: { conversation_id: conversationId },
        json: body,
        token: this.#token,
        ...keyOf(options),
      },
      options,
    )
  }

  /**
   * Reads the texts of a conversation in their order, the latest 1,000 at most (wire contract §9). `sent_at` is RFC 3339
   * here.
   *
   * Key permission CHAT_READ_CONVERSATION; scope `scope.readConversation(conversationId)`.
   * @example
   * ```ts
   * import type { UserClient } from '@charsu/sdk'
   *
   * export const lastText = async (user: UserClient, conversationId: string) =>
   *   (await user.getConversation(conversationId)).messages.at(-1)?.text
   * ```
   */
  getConversation(conversationId: string, options: CallOptions = {}): Promise<GetConversationAnswer> {
    return this.#transport.call(
      { operation: 'getConversation', path: { conversation_id: conversationId }, token: this.#token },
      options,
    )
  }

  /**
   * Asks to be told of new messages or of changed posts (wire contract §4). A subscription lives as long as the access
   * token it was made with: subscribe again after each refresh.
   *
   * Key permission EVENTS_REGISTER_SUBSCRIPTION; scope `scope.readPostConversations(postToken)`,
   * `scope.readAllConversations`, or for POST_UPDATE `scope.userPosts`.
   * @example
   * ```ts
   * import type { UserClient } from '@charsu/sdk'
   *
   * export const listen = (seller: UserClient, postToken: string) =>
   *   seller.subscribe({ event_type: 'NEW_MESSAGE_ON_POST', event_resource_id: postToken, metadata: { tenant: 4 } })
   * ```
   */
  async subscribe(body: SubscribeBody, options: CallOptions = {}): Promise<void> {
    await this.#transport.call({ operation: 'subscribe', json: body, token: this.#token }, options)
  }

  /**
   * Sends the user a notice, outside any chat (wire contract §6). It is not repeated when its outcome is unknown, for it
   * would come twice.
   *
   * Key permission EVENTS_SEND; scope `scope.sendEvent`.
   * @example
   * ```ts
   * import type { UserClient } from '@charsu/sdk'
   *
   * export const confirm = (seller: UserClient, postToken: string) =>
   *   seller.sendEvent({
   *     message: 'Your visit is confirmed',
   *     target_type: 'POST',
   *     target_resource_id: postToken,
   *     primary_button: { title: 'Open it', action: { open_server_link: { data: { visit: 17 } } } },
   *   })
   * ```
   */
  async sendEvent(body: SendEventBody, options: CallOptions = {}): Promise<void> {
    await this.#transport.call(
      { operation: 'sendEvent', query: noticeQuery(body), token: this.#token },
      options,
    )
  }

  /**
   * Who allowed it, as far as the token’s scopes show (wire contract §8): `user_id` with `scope.userId`, `phone_number` with
   * `scope.userPhone`.
   *
   * Key permission USER_RETRIEVE.
   * @example
   * ```ts
   * import type { UserClient } from '@charsu/sdk'
   *
   * export const idOf = async (user: UserClient) => (await user.getUser()).user_id
   * ```
   */
  getUser(options: CallOptions = {}): Promise<UserAnswer> {
    return this.#transport.call({ operation: 'getUser', token: this.#token }, options)
  }

  /**
   * The user’s posts, the newest first, at most 500 (wire contract §8).
   *
   * Key permission GET_USER_POSTS; scope `scope.userPosts`.
   * @example
   * ```ts
   * import type { UserClient } from '@charsu/sdk'
   *
   * export const titles = async (user: UserClient) => (await user.listPosts()).posts.map(({ title }) => title)
   * ```
   */
  async listPosts(options: CallOptions = {}): Promise<UserPostsAnswer> {
    const call = { operation: 'listPosts', token: this.#token } as const
    const { posts = [] } = await this.#transport.call<Partial<UserPostsAnswer>>(call, options)
    return { posts }
  }

  /**
   * A post of the user’s in full, published or not (wire contract §8).
   *
   * Key permission GET_USER_POST; scope `scope.userPosts`.
   * @example
   * ```ts
   * import type { UserClient } from '@charsu/sdk'
   *
   * export const titleOf = async (user: UserClient, postToken: string) =>
   *   (await user.getUserPost(postToken)).general_data.title
   * ```
   */
  getUserPost(postToken: string, options: CallOptions = {}): Promise<UserPost> {
    return this.#transport.call(
      { operation: 'getUserPost', path: { post_token: postToken }, token: this.#token },
      options,
    )
  }
}
