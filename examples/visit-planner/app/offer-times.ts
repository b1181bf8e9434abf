import { MissingGrantError, type PostFaces, RefusedError } from '@charsu/sdk'
import type { Store } from './store.ts'
import { PROPOSAL, visitFaces } from './visit-message.ts'
import { proposeTimes } from './visit-times.ts'

export interface OfferDeps {
  store: Store
  guideUrl: string
  /** Milliseconds since 1970. */
  now: () => number
}

export interface OfferInput {
  conversationId: string
  postToken: string
  /** Sends into that conversation. */
  say: (text: string, faces: PostFaces) => Promise<void>
}

/** How an offer ended, as its seller may read it. */
export type OfferOutcome = 'sent' | 'no_consent' | 'refused_by_person'

/**
 * Proposes times for a visit in a conversation.
 * @throws what may pass, such as Charsu being down.
 */
export async function offerTimes(deps: OfferDeps, input: OfferInput): Promise<OfferOutcome> {
  const { conversationId, postToken, say } = input
  try {
    await say(PROPOSAL, visitFaces({ postToken, times: proposeTimes(deps.now()), guideUrl: deps.guideUrl }))
  } catch (error) {
    if (error instanceof MissingGrantError) return 'no_consent'
    // One of the two people does not want the message (wire contract §2).
    if (error instanceof RefusedError && error.codeName === 'FAILED_PRECONDITION') return 'refused_by_person'
    throw error
  }
  await deps.store.change(({ visits }) => {
    visits[conversationId] ??= { conversationId, postToken, picked: null }
  })
  return 'sent'
}
