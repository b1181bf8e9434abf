import { postTokenFault } from '@charsu/protocol/identifiers'
import type { Database, Tx } from '../db/database.ts'
import { ApiError, invalidArgument } from '../errors.ts'
import { isUuid } from '../ids.ts'
import { findPostByToken, findUserByHostId, type Post, type User } from '../marketplace/store.ts'
import { A_HOST_ID, HOST_ID } from './user-rows.ts'

/** What a path or body names, or an error that names it. */

export async function requireUser(db: Database | Tx, hostId: string): Promise<User> {
  const user = HOST_ID.test(hostId) ? await findUserByHostId(db, hostId) : null
  if (user) return user
  throw unknownUser(hostId)
}

export const unknownUser = (hostId: string): ApiError =>
  new ApiError(
    'NOT_FOUND',
    `there is no user ${JSON.stringify(hostId.slice(0, 128))}: create it with PUT /host/v1/users/{host_id}`,
    { reason: 'USER_UNKNOWN', metadata: { host_id: hostId.slice(0, 128) } },
  )

export async function requirePost(db: Database | Tx, token: string): Promise<Post> {
  const post = postTokenFault(token) === undefined ? await findPostByToken(db, token) : null
  if (post) return post
  throw new ApiError(
    'NOT_FOUND',
    `there is no post ${JSON.stringify(token.slice(0, 128))}: create it with PUT /host/v1/posts/{token}`,
    { reason: 'POST_UNKNOWN', metadata: { post_token: token.slice(0, 128) } },
  )
}

/** @throws 400 when a path's last part cannot name a user. */
export function checkedHostId(hostId: string): string {
  if (HOST_ID.test(hostId)) return hostId
  throw invalidArgument([{ field: 'host_id', description: `must be ${A_HOST_ID}` }])
}

/** @throws 400 when a path's last part cannot name a post. */
export function checkedPostToken(token: string): string {
  const fault = postTokenFault(token)
  if (fault === undefined) return token
  throw invalidArgument([{ field: 'token', description: fault }])
}

/** @throws 400 when it is no UUID; in lower case otherwise. */
export function checkedConversationId(id: string): string {
  if (isUuid(id)) return id.toLowerCase()
  throw invalidArgument([{ field: 'conversation_id', description: 'must be the UUID of a conversation' }])
}
