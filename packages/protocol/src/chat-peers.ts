import { APP_USER_ID, POST_TOKEN } from './identifiers.ts'

/** The resource of the older scope CHAT_MESSAGE_SEND: who writes to whom about which post. */
export interface ChatPeers {
  userId: string
  postToken: string
  peerId: string
  /** Standard base64 with padding. */
  encoded: string
}

/**
 * Reads the standard base64 of `user_id:post_token:peer_id` (wire contract §1), padding optional; undefined for
 * anything else.
 */
export function parseChatPeers(text: string): ChatPeers | undefined {
  const unpadded = text.replace(/={0,2}$/, '')
  if (!/^[A-Za-z0-9+/]+$/.test(unpadded) || unpadded.length % 4 === 1) return undefined
  const [userId, postToken, peerId, ...rest] = atob(unpadded).split(':')
  if (userId === undefined || postToken === undefined || peerId === undefined || rest.length > 0)
    return undefined
  if (!APP_USER_ID.test(userId) || !POST_TOKEN.test(postToken) || !APP_USER_ID.test(peerId)) return undefined
  return { userId, postToken, peerId, encoded: encodeChatPeers(userId, postToken, peerId) }
}

/** The base64 that {@link parseChatPeers} reads. */
export function encodeChatPeers(userId: string, postToken: string, peerId: string): string {
  return btoa(`${userId}:${postToken}:${peerId}`)
}
