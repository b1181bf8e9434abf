import type { Database } from '../db/database.ts'
import { findConversations } from './conversation-store.ts'
import type { News } from './stream-store.ts'

/**
 * Puts what the conversations are now beside the news that they changed. Read after the news, so it is at least as new;
 * what changes in between is news again.
 */
export async function loadConversations(
  db: Database,
  viewers: readonly { userId: string; items: readonly News[] }[],
): Promise<void> {
  for (const { userId, items } of viewers) {
    const changed = items.flatMap(({ content }) => (content.kind === 'conversation' ? [content] : []))
    if (changed.length === 0) continue
    const ids = changed.map(({ row }) => row.id)
    const rows = new Map((await findConversations(db, userId, ids)).map((row) => [row.id, row]))
    for (const content of changed) content.view = rows.get(content.row.id) ?? null
  }
}
