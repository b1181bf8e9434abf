import { parseChatPeers } from '@charsu/protocol/chat-peers'
import { parseScope } from '@charsu/protocol/scopes'
import { sql } from 'kysely'
import { DEMO_BOT_SLUG } from '../apps/demo-bot-app.ts'
import type { Database } from '../db/database.ts'

/** Another app that acts on a post, and for which the bot keeps still. */
export interface AppAtWork {
  postToken: string
  /** Slug. */
  app: string
}

/** What somebody allows an app, with tokens that live. */
interface LivingGrant {
  app: string
  userId: string
  scopes: readonly string[]
}

interface TalkedPost {
  token: string
  ownerId: string
  conversationIds: readonly string[]
}

/**
 * The posts among `tokens` on which another app may act, because somebody has allowed it to read or write there. That
 * is no knowledge of an app's: the platform itself keeps its bundled one out of a developer's way.
 */
export async function appsAtWork(db: Database, tokens: readonly string[]): Promise<AppAtWork[]> {
  const grants = await livingGrants(db)
  if (grants.length === 0 || tokens.length === 0) return []
  const posts = await talkedPosts(db, tokens)
  return posts.flatMap((post) => {
    const grant = grants.find((each) => isAboutChatsOf(each, post))
    return grant ? [{ postToken: post.token, app: grant.app }] : []
  })
}

/** Whether one of its scopes lets the app read or write in conversations about the post. */
function isAboutChatsOf({ userId, scopes }: LivingGrant, post: TalkedPost): boolean {
  return scopes.some((text) => {
    const parsed = parseScope(text)
    if (!parsed.ok) return false
    const { name, resource = '' } = parsed.scope
    switch (name) {
      case 'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ':
      case 'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND':
        return userId === post.ownerId
      case 'CHAT_POST_CONVERSATIONS_READ':
      case 'CHAT_POST_CONVERSATIONS_MESSAGE_SEND':
        return resource === post.token
      case 'CONVERSATION_SEND_MESSAGE':
      case 'CHAT_CONVERSATION_READ':
        return post.conversationIds.includes(resource)
      case 'CHAT_MESSAGE_SEND':
        return parseChatPeers(resource)?.postToken === post.token
      default:
        return false
    }
  })
}

async function livingGrants(db: Database): Promise<LivingGrant[]> {
  const { rows } = await sql<LivingGrant>`
    select a.slug as app, g.user_id as "userId", g.scopes
    from grants g join apps a on a.id = g.app_id
    where g.revoked_at is null and a.slug <> ${DEMO_BOT_SLUG} and (
      exists (select from access_tokens t
        where t.grant_id = g.id and t.revoked_at is null and t.expires_at > now())
      or exists (select from refresh_tokens t
        where t.grant_id = g.id and t.revoked_at is null and t.rotated_at is null and t.expires_at > now()))
    order by a.slug`.execute(db)
  return rows
}

async function talkedPosts(db: Database, tokens: readonly string[]): Promise<TalkedPost[]> {
  const { rows } = await sql<TalkedPost>`
    select p.token, p.owner_id as "ownerId",
      array(select c.id::text from conversations c where c.post_id = p.id) as "conversationIds"
    from posts p where p.token = any (${[...tokens]}) order by p.token`.execute(db)
  return rows
}
