import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

/** An app that one can talk to (wire contract §9). */
export interface ChatbotView {
  slug: string
  display_name: string
  description: string
  avatar_url: string | null
  /** Null when the two have never talked. */
  conversation_id: string | null
  /** Whether the user has blocked it. */
  blocked: boolean
}

const MOST = 200

/**
 * The apps that want to chat, hear what is said to them, and may: production apps by the host's approval; development
 * apps for everybody in development mode, else for their developer. By name.
 */
export async function chatbotsFor(
  db: Database,
  { userId, mode }: { userId: string; mode: 'development' | 'production' },
): Promise<ChatbotView[]> {
  const { rows } = await sql<ChatbotView>`
    select a.slug, a.display_name, a.description, a.avatar_url, c.id as conversation_id,
      exists (select from app_blocks b where b.user_id = ${userId}::uuid and b.app_id = a.id) as blocked
    from apps a
    join app_permissions n on n.app_id = a.id and n.name = 'CHAT_BOT_SEND_MESSAGE'
    left join conversations c on c.type = 'BOT' and c.app_id = a.id and c.demand_id = ${userId}::uuid
    where case when a.development then ${mode === 'development'} or a.owner_id = ${userId}::uuid
        else n.approved_at is not null end
      and exists (select from endpoints e where e.app_id = a.id and e.kind = 'events' and e.url is not null)
    order by lower(a.display_name), a.slug limit ${MOST}`.execute(db)
  return rows
}
