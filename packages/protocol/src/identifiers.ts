import * as Type from 'typebox'

/** Names a listing (wire contract §1). */
export const POST_TOKEN = /^[A-Za-z0-9_]{1,16}$/

/** Names a user towards one app (wire contract §1). */
export const APP_USER_ID = /^[A-Za-z0-9_-]{1,64}$/

/** Names a conversation: a UUID of any version, in any casing (wire contract §1). */
export const CONVERSATION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

const A_POST_TOKEN = 'a post token: 1 to 16 letters, digits or underscores'

export const PostTokenSchema = Type.String({ pattern: POST_TOKEN.source, description: A_POST_TOKEN })

/** What is wrong with a post token, or undefined. */
export function postTokenFault(token: string): string | undefined {
  return POST_TOKEN.test(token) ? undefined : `must be ${A_POST_TOKEN}`
}
