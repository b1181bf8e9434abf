import { findOffers } from '../actions/find-offers.ts'
import type { Database } from '../db/database.ts'
import { type FactsSource, requireParticipant } from './participant.ts'

export interface ConversationAppsDeps {
  db: Database
  facts: FactsSource
  mode: 'development' | 'production'
}

/** An app that is offered in a conversation about a post (wire contract §11). */
export interface OfferedAppView {
  slug: string
  display_name: string
  description: string
  avatar_url: string | null
  /** A path of ours, to open in a tab of its own. */
  open_url: string
}

/**
 * The apps at the touchpoint CHAT for one who takes part in the conversation, by slug; none in a chatbot's.
 * @throws 404 not the user's conversation.
 */
export async function conversationApps(
  { db, facts, mode }: ConversationAppsDeps,
  { user, conversationId }: { user: { userId: string; blacklisted: boolean }; conversationId: string },
): Promise<{ apps: OfferedAppView[] }> {
  const { appId } = await requireParticipant(facts, user.userId, conversationId)
  if (appId !== null) return { apps: [] }
  const { apps } = await findOffers(
    { db, mode, site: { publicUrl: '' } },
    { touchpoint: 'CHAT', conversationId, user: { id: user.userId, blacklisted: user.blacklisted } },
    '',
  )
  return {
    apps: apps.map(({ slug, display_name, description, avatar_url, open_url }) => ({
      slug,
      display_name,
      description,
      avatar_url,
      open_url,
    })),
  }
}
