import type { Client } from '../client/client.ts'
import type { UserClient } from '../client/user-client.ts'
import type { PostFaces, Said } from './say/said.ts'

/** What a message into a POST conversation needs to know before it can be sent. */
export interface Speech {
  conversationId: string
  postToken?: string | undefined
  /** Who is which side, where it is known: consents without a resource are found by it. */
  sellerId?: string | undefined
  buyerId?: string | undefined
  /** The consent that the event's subscription was made under. */
  grantId?: string | undefined
  what: Said
  faces: PostFaces
  /** The same key sends once. */
  idempotencyKey: string
}

/** What a page that asks for consent is made of. */
export interface ConnectRequest {
  /** Of `scope`, such as `scope.sendInPostConversations(token)`. */
  scopes: readonly string[]
  /** Which side of the conversation the person is on, for a scope of a single conversation. */
  side?: 'seller' | 'buyer' | undefined
  /** Only this user may allow it; by the id of this app. */
  userId?: string | undefined
  /** Your own short note, given back to `app.connected`; the person can read it in the address, but not change it. */
  note?: string | undefined
  /** Where the person goes then; absolute, http or https. */
  returnTo?: string | undefined
}

/** Whose scope is asked about. */
export interface ScopeQuestion {
  scope: string
  /** By whom; needed for scopes that are about the user as such. */
  userIds: readonly string[]
}

/** What contexts do their work with. */
export interface Services {
  client: Client
  say(speech: Speech): Promise<void>
  granted(question: ScopeQuestion): Promise<boolean>
  clientWith(question: ScopeQuestion): Promise<UserClient | undefined>
  connectUrl(request: ConnectRequest): Promise<string>
}

/** One call of the platform's, on its way through the handlers. */
export interface Call {
  /** The `webhook-id` where one came: the same each time the event is delivered. */
  id: string
  /** The body as it came. */
  raw: unknown
  services: Services
  /** How many messages its handlers sent: the n-th of a repeated event is the n-th again. */
  sent: { count: number }
}
