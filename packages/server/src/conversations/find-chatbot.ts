import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'

export interface Chatbot {
  appId: string
  slug: string
  displayName: string
}

/**
 * The app of this slug as somebody to talk to, or null when there is none, or it may not chat: a production app needs
 * the host's approval of CHAT_BOT_SEND_MESSAGE (wire contract §9).
 */
export async function findChatbot(db: Database, slug: string): Promise<Chatbot | null> {
  const row = await db
    .selectFrom('apps as a')
    .select(['a.id', 'a.slug', 'a.display_name'])
    .where('a.slug', '=', slug)
    .where(
      sql<boolean>`(a.development or exists (select from app_permissions p
        where p.app_id = a.id and p.name = 'CHAT_BOT_SEND_MESSAGE' and p.approved_at is not null))`,
    )
    .executeTakeFirst()
  return row ? { appId: row.id, slug: row.slug, displayName: row.display_name } : null
}

export const unknownChatbot = (slug: string): ApiError =>
  new ApiError(
    'NOT_FOUND',
    `there is no chatbot ${slug}: check the name, or ask the marketplace whether the app may still chat`,
    { reason: 'CHATBOT_UNKNOWN', metadata: { slug } },
  )
