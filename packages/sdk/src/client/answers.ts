import type { PermissionEntry } from '@charsu/protocol/permissions'
import type { UserPostSummary } from '@charsu/protocol/posts'
import type { ScopeEntry } from '@charsu/protocol/scope-catalogue'
import type { FoundPost } from '@charsu/protocol/search-posts'

export type { GetConversationAnswer } from '@charsu/protocol/get-conversation'
export type { FinderPost, UserPost, UserPostSummary } from '@charsu/protocol/posts'
export type { FoundPost } from '@charsu/protocol/search-posts'
export type { UserAnswer } from '@charsu/protocol/users'

/** Wire contract §2. */
export interface SendMessageAnswer {
  status: number
  message: string
  /** Of Charsu alone: Kenar does not send it. */
  message_id?: string
}

/** Wire contract §9. */
export interface ChatbotMessageAnswer {
  /** Where it was said; opened if there was none. */
  conversation_id: string
}

/** Wire contract §8. */
export interface UserPostsAnswer {
  posts: UserPostSummary[]
}

/** Wire contract §8. */
export interface SearchPostsAnswer {
  posts: FoundPost[]
}

/** Wire contract §8. */
export interface UserIdByPhoneAnswer {
  user_id: string
}

/** Wire contract §10. */
export interface UploadTokenAnswer {
  token: string
}

/** Wire contract §8. */
export interface ScopesAnswer {
  scopes: ScopeEntry[]
}

/** Wire contract §8. */
export interface PermissionsAnswer {
  permissions: PermissionEntry[]
}
