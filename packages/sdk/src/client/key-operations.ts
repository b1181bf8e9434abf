import type {
  ChatbotMessageAnswer,
  FinderPost,
  PermissionsAnswer,
  ScopesAnswer,
  SearchPostsAnswer,
  UploadTokenAnswer,
  UserIdByPhoneAnswer,
} from './answers.ts'
import type { SearchPostsBody, SendChatbotMessageBody } from './bodies.ts'
import type { CallOptions, SendOptions } from './call-options.ts'
import type { TokenSource } from './token-source.ts'
import type { Transport } from './transport.ts'
import { type UploadKind, upload } from './upload.ts'

/**
 * What an app may do with its key alone. All methods throw `RefusedError` when the platform says no and
 * `NoAnswerError` when no usable answer comes (wire contract §0); an aborted call rejects with its signal's reason.
 */
export class KeyOperations {
  readonly #transport: Transport
  readonly #token: string | TokenSource | undefined

  constructor(transport: Transport, token?: string | TokenSource) {
    this.#transport = transport
    this.#token = token
  }

  /** Says something in a conversation of this app's chatbot (wire contract §9); key permission CHAT_BOT_SEND_MESSAGE. */
  sendChatbotMessage(
    conversationId: string,
    body: SendChatbotMessageBody,
    options: SendOptions = {},
  ): Promise<ChatbotMessageAnswer> {
    return this.#transport.call(
      {
        operation: 'sendChatbotMessage',
        path: { conversation_id: conversationId },
        json: body,
        ...keyOf(options),
      },
      options,
    )
  }

  /** Says something to a user as this app's chatbot (wire contract §9). */
  sendChatbotMessageToUser(
    userId: string,
    body: SendChatbotMessageBody,
    options: SendOptions = {},
  ): Promise<ChatbotMessageAnswer> {
    return this.#transport.call(
      {
        operation: 'sendChatbotMessageToUser',
        path: { user_id: userId },
        json: body,
        ...(this.#token !== undefined && { token: this.#token }),
        ...keyOf(options),
      },
      options,
    )
  }

  /** Reads a post (wire contract §8); key permission GET_POST. */
  getPost(postToken: string, options: CallOptions = {}): Promise<FinderPost> {
    return this.#transport.call({ operation: 'getPost', path: { post_token: postToken } }, options)
  }

  /** Searches published posts (wire contract §8); key permission SEARCH_POST. */
  async searchPosts(body: SearchPostsBody = {}, options: CallOptions = {}): Promise<SearchPostsAnswer> {
    const call = { operation: 'searchPosts', json: body } as const
    const { posts = [] } = await this.#transport.call<Partial<SearchPostsAnswer>>(call, options)
    return { posts }
  }

  /** The id of the user with a phone number (wire contract §8); key permission GET_USER_ID_BY_PHONE. */
  getUserIdByPhone(phone: string, options: CallOptions = {}): Promise<UserIdByPhoneAnswer> {
    return this.#transport.call({ operation: 'getUserIdByPhone', json: { phone } }, options)
  }

  /** A token to upload files with, for an hour (wire contract §10); `upload` gets one by itself. */
  createUploadToken(options: CallOptions = {}): Promise<UploadTokenAnswer> {
    return this.#transport.call({ operation: 'createUploadToken', json: {} }, options)
  }

  /** Uploads a file and answers its media token (wire contract §10); key permission CHAT_UPLOAD_MEDIA. */
  upload(kind: UploadKind, file: Blob, name?: string, options: CallOptions = {}): Promise<string> {
    return upload(this.#transport, { kind, file, name }, options)
  }

  /** Every scope that a user can grant (wire contract §8). */
  async listScopes(options: CallOptions = {}): Promise<ScopesAnswer> {
    const call = { operation: 'listScopes' } as const
    const { scopes = [] } = await this.#transport.call<Partial<ScopesAnswer>>(call, options)
    return { scopes }
  }

  /** Every permission that a key can carry (wire contract §8). */
  async listPermissions(options: CallOptions = {}): Promise<PermissionsAnswer> {
    const call = { operation: 'listPermissions' } as const
    const { permissions = [] } = await this.#transport.call<Partial<PermissionsAnswer>>(call, options)
    return { permissions }
  }
}

/** The key of a call's options, if any, as a part of the call. */
export const keyOf = ({ idempotencyKey }: SendOptions): { idempotencyKey?: string } =>
  idempotencyKey === undefined ? {} : { idempotencyKey }
