import type { GrantView } from '../../api/development/development-shapes.ts'
import type { Scene, Side } from '../scene.ts'
import type { Speech } from './check-draft.ts'

export interface ScopeWanted {
  scene: Scene
  /** For whom the app speaks. */
  side: Side
  app: string
}

/** The narrowest scope that lets the app say it; null where it needs nobody's consent. */
export function scopeFor(speech: Speech, { scene }: Pick<ScopeWanted, 'scene'>): string | null {
  if (speech === 'chatbot') return null
  return speech === 'notice' ? 'SEND_EVENT' : `CONVERSATION_SEND_MESSAGE.${scene.conversation.id}`
}

/**
 * A scope that this person has given the app already and that suffices (wire contract §2 and §6), as it was written;
 * null where they have given none.
 */
export function givenScope(grants: readonly GrantView[], speech: Speech, wanted: ScopeWanted): string | null {
  const { scene, side, app } = wanted
  const scopes = grants.find((grant) => grant.app.slug === app)?.scopes ?? []
  const fits = ({ name, about }: GrantView['scopes'][number]): boolean => {
    if (speech === 'notice') return name === 'SEND_EVENT'
    if (name === 'CONVERSATION_SEND_MESSAGE') return about?.conversation_id === scene.conversation.id
    if (side !== 'seller') return false
    if (name === 'CHAT_POST_CONVERSATIONS_MESSAGE_SEND') {
      return about?.post_token !== undefined && about.post_token === scene.conversation.post_token
    }
    return name === 'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND'
  }
  return scopes.find(fits)?.scope ?? null
}
