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
import type { Transport } from './transport.ts'

/** What an app may do with its key and one user's consent; what the key alone allows too. Made by `Client.as`. */
export class UserClient extends KeyOperations {
  readonly #transport: Transport
  readonly #token: string | TokenSource

  constructor(transport: Transport, token: string | TokenSource) {
    super(transport, token)
    this.#transport = transport
    this.#token = token
  }

  /** Sends a message into a conversation as the token's user (wire contract §2). */
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

  /** Reads the texts of a conversation (wire contract §9). */
  getConversation(conversationId: string, options: CallOptions = {}): Promise<GetConversationAnswer> {
    return this.#transport.call(
      { operation: 'getConversation', path: { conversation_id: conversationId }, token: this.#token },
      options,
    )
  }

  /** Asks to be told of new messages or of changed posts, for as long as the token lives (wire contract §4). */
  async subscribe(body: SubscribeBody, options: CallOptions = {}): Promise<void> {
    await this.#transport.call({ operation: 'subscribe', json: body, token: this.#token }, options)
  }

  /** Sends the user a notice, outside any chat (wire contract §6). */
  async sendEvent(body: SendEventBody, options: CallOptions = {}): Promise<void> {
    await this.#transport.call(
      { operation: 'sendEvent', query: noticeQuery(body), token: this.#token },
      options,
    )
  }

  /** Who allowed it, as far as the token's scopes show (wire contract §8). */
  getUser(options: CallOptions = {}): Promise<UserAnswer> {
    return this.#transport.call({ operation: 'getUser', token: this.#token }, options)
  }

  /** The user's posts, the newest first (wire contract §8). */
  async listPosts(options: CallOptions = {}): Promise<UserPostsAnswer> {
    const call = { operation: 'listPosts', token: this.#token } as const
    const { posts = [] } = await this.#transport.call<Partial<UserPostsAnswer>>(call, options)
    return { posts }
  }

  /** A post of the user's in full, published or not (wire contract §8). */
  getUserPost(postToken: string, options: CallOptions = {}): Promise<UserPost> {
    return this.#transport.call(
      { operation: 'getUserPost', path: { post_token: postToken }, token: this.#token },
      options,
    )
  }
}
