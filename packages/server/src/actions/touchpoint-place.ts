import type { Database } from '../db/database.ts'
import type { ClickPlace } from './click-place.ts'
import { type ClickFailure, failure } from './click-result.ts'
import { returnUrl } from './return-url.ts'
import type { TouchpointRequest } from './touchpoint-request.ts'
import {
  findPlaceConversation,
  findPlacePost,
  type OfferedApp,
  type PlaceConversation,
  type PlacePost,
} from './touchpoint-store.ts'

/** A place in the host's pages that a person may open apps at. */
export interface OpenPlace {
  place: ClickPlace
  /** Null where there is no post. */
  onDevelopmentPost: boolean | null
}

export type FoundPlace = OpenPlace | { failure: ClickFailure }

const REMOVED = 'ARCHIVED'

/**
 * Whether this person may open apps at this place (wire contract §11): MY_POST on a post of theirs, DEMAND_POST on a
 * published post of somebody else, CHAT in a conversation about a post in which they take part, the others always.
 */
export async function findPlace(
  db: Database,
  { request, userId, publicUrl }: { request: TouchpointRequest; userId: string; publicUrl: string },
): Promise<FoundPlace> {
  switch (request.touchpoint) {
    case 'MY_POST':
    case 'DEMAND_POST':
      return atPost(await findPlacePost(db, request.postToken), { request, userId, publicUrl })
    case 'CHAT': {
      const conversation = await findPlaceConversation(db, request.conversationId)
      return inConversation(conversation, { request, userId, publicUrl })
    }
    default: {
      const { touchpoint } = request
      const place = { source: touchpoint, touchpoint, returnUrl: returnUrl(publicUrl, { touchpoint }) }
      return { place, onDevelopmentPost: null }
    }
  }
}

interface Visit<R> {
  request: R
  userId: string
  publicUrl: string
}

function atPost(
  post: PlacePost | null,
  { request, userId, publicUrl }: Visit<Extract<TouchpointRequest, { postToken: string }>>,
): FoundPlace {
  const { touchpoint, postToken } = request
  const isOwner = post?.ownerId === userId
  const isThere = post && post.state !== REMOVED
  // To anybody but its owner a post is there while it is published.
  if (!isThere || (touchpoint === 'DEMAND_POST' && !isOwner && post.state !== 'PUBLISHED')) {
    return failure(
      'POST_UNKNOWN',
      `there is no such post ${postToken}: offer the app on posts that are there`,
    )
  }
  if (touchpoint === 'MY_POST' && !isOwner) {
    return failure('NOT_POST_OWNER', 'MY_POST opens for the post’s owner: offer DEMAND_POST to the others')
  }
  if (touchpoint === 'DEMAND_POST' && isOwner) {
    return failure('OWN_POST', 'DEMAND_POST opens for everybody but the post’s owner: offer MY_POST to them')
  }
  const place: ClickPlace = {
    source: touchpoint,
    touchpoint,
    returnUrl: returnUrl(publicUrl, { touchpoint, postToken }),
    postToken,
    userSide: isOwner ? 'SUPPLY' : 'DEMAND',
  }
  return { place, onDevelopmentPost: post.development }
}

function inConversation(
  conversation: PlaceConversation | null,
  { request, userId, publicUrl }: Visit<Extract<TouchpointRequest, { conversationId: string }>>,
): FoundPlace {
  const { conversationId } = request
  const isSupplier = conversation?.supplierId === userId
  // One answer for all that is not this person's, so that nobody learns which conversations exist.
  if (!conversation || (!isSupplier && conversation.demandId !== userId)) {
    return failure(
      'CONVERSATION_UNKNOWN',
      'CHAT opens for those who take part in a conversation about a post',
    )
  }
  const { supplierId, demandId, postToken } = conversation
  const place: ClickPlace = {
    source: 'CHAT',
    touchpoint: 'CHAT',
    returnUrl: returnUrl(publicUrl, { conversationId }),
    conversationId,
    postToken,
    userSide: isSupplier ? 'SUPPLY' : 'DEMAND',
    peerId: isSupplier ? demandId : supplierId,
    supplierId,
    demandId,
  }
  return { place, onDevelopmentPost: conversation.development }
}

/**
 * Development apps are for development posts (wire contract §12); where there is no post they open for their own
 * developer. In development mode everything is development data, and everybody may try them.
 */
export function developmentFault(
  app: Pick<OfferedApp, 'development' | 'ownerId'>,
  at: { onDevelopmentPost: boolean | null; userId: string; mode: 'development' | 'production' },
): { failure: ClickFailure } | undefined {
  if (!app.development || at.onDevelopmentPost) return undefined
  if (at.onDevelopmentPost === null && (at.mode === 'development' || app.ownerId === at.userId))
    return undefined
  const where =
    at.onDevelopmentPost === null
      ? 'where there is no post it opens for its developer alone'
      : 'it opens on development posts alone: make one in the console'
  return failure('IN_DEVELOPMENT', `the app is in development, so ${where}, or have it approved`)
}
