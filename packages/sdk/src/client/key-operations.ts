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

  /** @internal */
  constructor(transport: Transport, token?: string | TokenSource) {
    this.#transport = transport
    this.#token = token
  }

  /**
   * Says something in a conversation of this app’s chatbot (wire contract §9). It goes out once, also over repeats: see
   * `SendOptions.idempotencyKey`.
   *
   * Key permission CHAT_BOT_SEND_MESSAGE.
   * @example
   * ```ts
   * import type { Client } from '@charsu/sdk'
   *
   * export const ask = (charsu: Client, conversationId: string) =>
   *   charsu.sendChatbotMessage(conversationId, { text_message: 'Which of your posts is it about?' })
   * ```
   */
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

  /**
   * Says something to a user as this app’s chatbot (wire contract §9). Where there is no conversation yet it is opened,
   * which takes that user’s consent: call it on their client, with the scope `scope.chatbotMessages`.
   *
   * Key permission CHAT_BOT_SEND_MESSAGE.
   * @example
   * ```ts
   * import type { UserClient } from '@charsu/sdk'
   *
   * export const greet = (user: UserClient, userId: string) =>
   *   user.sendChatbotMessageToUser(userId, { text_message: 'Good evening' })
   * ```
   */
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

  /**
   * Reads a post that is or was published (wire contract §8).
   *
   * Key permission GET_POST.
   * @example
   * ```ts
   * import type { Client } from '@charsu/sdk'
   *
   * export const cityOf = async (charsu: Client, postToken: string) => (await charsu.getPost(postToken)).city
   * ```
   */
  getPost(postToken: string, options: CallOptions = {}): Promise<FinderPost> {
    return this.#transport.call({ operation: 'getPost', path: { post_token: postToken } }, options)
  }

  /**
   * Searches published posts, the last modified first, at most 100 (wire contract §8).
   *
   * Key permission SEARCH_POST.
   * @example
   * ```ts
   * import type { Client } from '@charsu/sdk'
   *
   * export const flats = (charsu: Client) =>
   *   charsu.searchPosts({ category: 'apartment-rent', city: 'tehran', query: { size: { min: 80 }, rooms: ['2'] } })
   * ```
   */
  async searchPosts(body: SearchPostsBody = {}, options: CallOptions = {}): Promise<SearchPostsAnswer> {
    const call = { operation: 'searchPosts', json: body } as const
    const { posts = [] } = await this.#transport.call<Partial<SearchPostsAnswer>>(call, options)
    return { posts }
  }

  /**
   * The id by which this app knows the user with a phone number, in any of its usual spellings (wire contract §8).
   *
   * Key permission GET_USER_ID_BY_PHONE.
   * @example
   * ```ts
   * import type { Client } from '@charsu/sdk'
   *
   * export const find = async (charsu: Client) => (await charsu.getUserIdByPhone('0912 123 4567')).user_id
   * ```
   */
  getUserIdByPhone(phone: string, options: CallOptions = {}): Promise<UserIdByPhoneAnswer> {
    return this.#transport.call({ operation: 'getUserIdByPhone', json: { phone } }, options)
  }

  /**
   * A token to upload any number of files with, for an hour (wire contract §10). `upload` gets one by itself.
   *
   * Key permission CHAT_UPLOAD_MEDIA.
   * @example
   * ```ts
   * import type { Client } from '@charsu/sdk'
   *
   * export const tokenForPage = async (charsu: Client) => (await charsu.createUploadToken()).token
   * ```
   */
  createUploadToken(options: CallOptions = {}): Promise<UploadTokenAnswer> {
    return this.#transport.call({ operation: 'createUploadToken', json: {} }, options)
  }

  /**
   * Uploads a file and answers its media token, to be sent as `media_token` (wire contract §10). The content decides what it
   * is: PNG or JPEG to 5 MB, MP4 to 50 MB, M4A or 3GP to 1.5 MB, PDF and office documents to 5 MB.
   *
   * Key permission CHAT_UPLOAD_MEDIA.
   * @param name shown with a document
   * @example
   * ```ts
   * import type { Client } from '@charsu/sdk'
   *
   * export async function sendPicture(charsu: Client, conversationId: string, picture: Blob) {
   *   const media_token = await charsu.upload('image', picture)
   *   await charsu.sendChatbotMessage(conversationId, { media_token })
   * }
   * ```
   */
  upload(kind: UploadKind, file: Blob, name?: string, options: CallOptions = {}): Promise<string> {
    return upload(this.#transport, { kind, file, name }, options)
  }

  /**
   * Every scope that a user can grant (wire contract §8); needs no permission.
   * @example
   * ```ts
   * import type { Client } from '@charsu/sdk'
   *
   * export const names = async (charsu: Client) => (await charsu.listScopes()).scopes.map(({ slug }) => slug)
   * ```
   */
  async listScopes(options: CallOptions = {}): Promise<ScopesAnswer> {
    const call = { operation: 'listScopes' } as const
    const { scopes = [] } = await this.#transport.call<Partial<ScopesAnswer>>(call, options)
    return { scopes }
  }

  /**
   * Every permission that a key can carry (wire contract §8); needs no permission.
   * @example
   * ```ts
   * import type { Client } from '@charsu/sdk'
   *
   * export const names = async (charsu: Client) => (await charsu.listPermissions()).permissions.map(({ slug }) => slug)
   * ```
   */
  async listPermissions(options: CallOptions = {}): Promise<PermissionsAnswer> {
    const call = { operation: 'listPermissions' } as const
    const { permissions = [] } = await this.#transport.call<Partial<PermissionsAnswer>>(call, options)
    return { permissions }
  }
}

/** The key of a call's options, if any, as a part of the call. */
export const keyOf = ({ idempotencyKey }: SendOptions): { idempotencyKey?: string } =>
  idempotencyKey === undefined ? {} : { idempotencyKey }
