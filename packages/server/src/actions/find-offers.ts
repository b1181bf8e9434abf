import { listOfferedApps } from '../apps/list-offered-apps.ts'
import type { TouchpointName } from '../apps/touchpoints.ts'
import type { Database } from '../db/database.ts'
import { ApiError, type ReasonOf } from '../errors.ts'
import { findPlaceConversation, findPlacePost } from './touchpoint-store.ts'

export interface FindOffersDeps {
  db: Database
  /** Links begin with it; with an empty one they are paths. */
  site: { publicUrl: string }
  mode: 'development' | 'production'
}

/** A place of the host's pages, and who looks at it where the host says so. */
export interface OfferPlace {
  touchpoint: TouchpointName
  /** At MY_POST and DEMAND_POST. */
  postToken?: string | undefined
  /** At CHAT, where the host knows it. */
  conversationId?: string | undefined
  user?: { id: string; blacklisted: boolean } | undefined
}

export interface Offer {
  slug: string
  display_name: string
  description: string
  avatar_url: string | null
  operation: string
  development: boolean
  /** Where it opens, for the person's browser. */
  open_url: string
}

export interface Offers {
  apps: Offer[]
  has_more: boolean
}

const PAGE = 100
const NONE: Offers = { apps: [], has_more: false }

/**
 * The apps that the host may offer at a place, by slug, 100 at a time (wire contract §11): production apps, and on
 * development posts those of the developers that own the post or look at it (§12). For a person who could not open
 * anything there, none.
 * @throws 404 no such post or conversation.
 */
export async function findOffers(deps: FindOffersDeps, place: OfferPlace, after: string): Promise<Offers> {
  const { touchpoint, user } = place
  const seen = await look(deps.db, place)
  if (seen.isClosed || user?.blacklisted) return NONE
  const everybody = deps.mode === 'development' && seen.development
  const developers = [...seen.developers, ...(user ? [user.id] : [])]
  const found = await listOfferedApps(deps.db, {
    touchpoint,
    developersOf: everybody ? 'everybody' : seen.development ? developers : [],
    after,
    limit: PAGE + 1,
  })
  const apps = found.slice(0, PAGE).map((app) => ({
    slug: app.slug,
    display_name: app.displayName,
    description: app.description,
    avatar_url: app.avatarUrl,
    operation: app.operation,
    development: app.development,
    open_url: `${deps.site.publicUrl}/open/${app.slug}?${openQuery(place)}`,
  }))
  return { apps, has_more: found.length > PAGE }
}

interface Seen {
  /** Nothing opens there, or not for this person. */
  isClosed: boolean
  /** Whether development apps may be offered at all. */
  development: boolean
  /** Owners of the place, whose development apps are offered to everybody there. */
  developers: string[]
}

async function look(db: Database, place: OfferPlace): Promise<Seen> {
  const { touchpoint, postToken, conversationId, user } = place
  if (touchpoint === 'CHAT' && conversationId !== undefined) return lookAtChat(db, conversationId, user)
  if (touchpoint !== 'MY_POST' && touchpoint !== 'DEMAND_POST') {
    return { isClosed: false, development: true, developers: [] }
  }
  const post = await findPlacePost(db, postToken ?? '')
  if (!post) throw unknown('POST_UNKNOWN', `there is no post ${postToken}: check its token`)
  const isOwner = user?.id === post.ownerId
  const isOpen = touchpoint === 'MY_POST' ? post.state !== 'ARCHIVED' : post.state === 'PUBLISHED'
  return {
    isClosed: !isOpen || (user !== undefined && isOwner !== (touchpoint === 'MY_POST')),
    development: post.development,
    developers: [post.ownerId],
  }
}

async function lookAtChat(db: Database, id: string, user: OfferPlace['user']): Promise<Seen> {
  const conversation = await findPlaceConversation(db, id)
  if (!conversation) {
    throw unknown('CONVERSATION_UNKNOWN', `there is no conversation ${id} about a post: check its id`)
  }
  const { supplierId, demandId, development } = conversation
  const isClosed = user !== undefined && user.id !== supplierId && user.id !== demandId
  return { isClosed, development, developers: [supplierId] }
}

const unknown = (reason: ReasonOf<'NOT_FOUND'>, message: string): ApiError =>
  new ApiError('NOT_FOUND', message, { reason })

function openQuery({ touchpoint, postToken, conversationId }: OfferPlace): string {
  const about = touchpoint === 'MY_POST' || touchpoint === 'DEMAND_POST'
  return new URLSearchParams({
    touchpoint,
    ...(about && { post_token: postToken ?? '' }),
    ...(touchpoint === 'CHAT' && conversationId !== undefined && { conversation_id: conversationId }),
  }).toString()
}
