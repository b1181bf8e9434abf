/** Answers of the development API about faults (docs/development-api.md), beside those of development-shapes.ts. */

/** `GET /dev/v1/demo-bot` */
export interface DemoBotState {
  slug: string
  enabled: boolean
  /** Somebody lets it read and write. */
  connected: boolean
  /** Tokens of the posts in whose chats it may answer. */
  posts: string[]
  /** Those of them that it leaves to another app. */
  keeps_still: { post_token: string; app: string }[]
}

export type Breaker = 'closed' | 'half_open' | 'open' | 'disabled'

/** `GET /me/v1/conversations/{id}`, as far as a block goes. */
export interface BlockedConversation {
  blocked: boolean
}

/** What a record of the traffic says was made to go wrong, by a switch. */
export type FaultName = 'down' | 'delay' | 'drop' | 'status' | 'duplicate' | 'refuse_calls'
