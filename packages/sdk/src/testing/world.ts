import type { ButtonGrid } from '@charsu/protocol/button-grid'
import type { ChatMessage, MessageContent } from '@charsu/protocol/events'
import type { JsonObject } from '@charsu/protocol/json-object'
import type { PostState } from '@charsu/protocol/posts'
import type { NoticeButton } from '@charsu/protocol/send-event'
import type { SubscriptionType } from '@charsu/protocol/subscription'
import type { Ids } from './ids.ts'

/** A person of the marketplace. */
export interface User {
  /** By which the app knows them. */
  id: string
  name: string
  /** ASCII digits with an optional plus sign. */
  phone: string | undefined
}

/** A post of the marketplace; times in milliseconds since 1970. */
export interface Post {
  token: string
  ownerId: string
  /** ARCHIVED is a post that was removed. */
  state: PostState | 'ARCHIVED'
  title: string
  category: string
  city: string
  district: string
  data: JsonObject
  images: string[]
  isPhoneHidden: boolean
  isChatEnabled: boolean
  createdAt: number
  firstPublishedAt: number | undefined
  lastModifiedAt: number
}

export interface Message {
  id: string
  conversationId: string
  /** Whom it went out as; of a chatbot's words nobody. */
  senderId: string | null
  byApp: boolean
  type: ChatMessage['type']
  content: MessageContent
  senderButtons: ButtonGrid | undefined
  receiverButtons: ButtonGrid | undefined
  /** Microseconds since 1970. */
  sentAt: number
}

/** A buyer and the owner of a post, or a person and the app's chatbot. */
export interface Conversation {
  id: string
  type: 'POST' | 'BOT'
  /** Of a POST conversation. */
  postToken: string | null
  supplierId: string | null
  demandId: string
  messages: Message[]
}

/** What a person allows the app; at most one of each stands. */
export interface Consent {
  id: string
  userId: string
  /** As they were asked for. */
  scopes: string[]
  isRevoked: boolean
}

export interface AccessToken {
  id: string
  secret: string
  consent: Consent
  /** Canonical. */
  scopes: ReadonlySet<string>
  /** As they were asked for. */
  verbatim: readonly string[]
  /** Milliseconds since 1970. */
  expiresAt: number
  isRevoked: boolean
  code: string | null
}

export interface RefreshToken {
  secret: string
  /** Given together with it. */
  access: AccessToken
  scopes: readonly string[]
  expiresAt: number
  rotatedAt: number | null
  isRevoked: boolean
}

export interface Code {
  secret: string
  consent: Consent
  scopes: readonly string[]
  redirectUri: string
  challenge: { challenge: string; method: 'S256' | 'plain' } | null
  expiresAt: number
  isUsed: boolean
}

export interface Subscription {
  id: string
  userId: string
  type: SubscriptionType
  /** Null for all posts of the user. */
  postToken: string | null
  token: AccessToken
  metadata: JsonObject
  hasEnded: boolean
}

export interface Notice {
  id: string
  userId: string
  message: string | undefined
  /** Of a notice on a post. */
  postToken: string | undefined
  primary: NoticeButton | undefined
  secondary: NoticeButton | undefined
}

/** All that a marketplace knows, with one app in it. */
export class World {
  readonly users = new Map<string, User>()
  readonly posts = new Map<string, Post>()
  readonly conversations = new Map<string, Conversation>()
  readonly consents: Consent[] = []
  readonly accessTokens = new Map<string, AccessToken>()
  readonly refreshTokens = new Map<string, RefreshToken>()
  readonly codes = new Map<string, Code>()
  readonly subscriptions: Subscription[] = []
  readonly notices: Notice[] = []
  /** `{blocker} {blocked}`; of the app's chatbot `{blocker} app`. */
  readonly blocks = new Set<string>()
  readonly ids: Ids
  readonly now: () => number

  constructor(ids: Ids, now: () => number) {
    this.ids = ids
    this.now = now
  }

  /** The conversation of a person and the app's chatbot. */
  chatbotOf(userId: string): Conversation | undefined {
    for (const each of this.conversations.values()) {
      if (each.type === 'BOT' && each.demandId === userId) return each
    }
    return undefined
  }

  openChatbot(userId: string): Conversation {
    return (
      this.chatbotOf(userId) ??
      this.#open({ type: 'BOT', postToken: null, supplierId: null, demandId: userId })
    )
  }

  openAbout(post: Post, buyerId: string, id?: string): Conversation {
    for (const each of this.conversations.values()) {
      if (each.postToken === post.token && each.demandId === buyerId) return each
    }
    return this.#open(
      { type: 'POST', postToken: post.token, supplierId: post.ownerId, demandId: buyerId },
      id,
    )
  }

  #open(facts: Omit<Conversation, 'id' | 'messages'>, id = this.ids.uuid()): Conversation {
    const conversation = { id: id.toLowerCase(), ...facts, messages: [] }
    this.conversations.set(conversation.id, conversation)
    return conversation
  }

  /** Whether either of the two wants to hear nothing of the other. */
  isBlocked({ type, supplierId, demandId }: Conversation): boolean {
    if (type === 'BOT') return this.blocks.has(`${demandId} app`)
    return this.blocks.has(`${supplierId} ${demandId}`) || this.blocks.has(`${demandId} ${supplierId}`)
  }

  isAlive({ isRevoked, expiresAt, consent }: AccessToken): boolean {
    return !isRevoked && !consent.isRevoked && expiresAt > this.now()
  }
}
