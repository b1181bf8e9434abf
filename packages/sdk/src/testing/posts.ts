import { type PostUpdateType, postUpdateEvent } from '@charsu/protocol/events'
import { postTokenFault } from '@charsu/protocol/identifiers'
import type { JsonObject } from '@charsu/protocol/json-object'
import type { FinderPost, PostState, UserPost, UserPostSummary } from '@charsu/protocol/posts'
import { userPostState } from '@charsu/protocol/posts'
import { BedError } from './bed-error.ts'
import type { SendDeps } from './conversations.ts'
import type { Post, World } from './world.ts'

type VisibleState = PostState

/** A post as apps may see it, or undefined while it is not public (wire contract §8). */
export function finderPost(post: Post): FinderPost | undefined {
  const { state, firstPublishedAt } = post
  if (state === 'ARCHIVED') return undefined
  const wasPublished = firstPublishedAt !== undefined || state === 'PUBLISHED' || state === 'RETIRED'
  return wasPublished ? publicData(post, state) : undefined
}

function publicData(post: Post, state: VisibleState): FinderPost {
  return {
    token: post.token,
    state,
    category: post.category,
    city: post.city,
    district: post.district,
    data: post.data,
    first_published_at: new Date(post.firstPublishedAt ?? post.createdAt).toISOString(),
    last_modified_at: new Date(post.lastModifiedAt).toISOString(),
    chat_enabled: post.isChatEnabled,
  }
}

/** A post as its owner's app reads it, or undefined once it is removed. */
export function userPost(post: Post): UserPost | undefined {
  if (post.state === 'ARCHIVED') return undefined
  const { description, ...category_data } = post.data
  return {
    state: userPostState(post.state, false),
    general_data: {
      category_slug: post.category,
      title: post.title,
      description: typeof description === 'string' ? description : '',
      images: post.images,
      city: post.city,
      ...(post.district !== '' && { district: post.district }),
      hide_phone: post.isPhoneHidden,
      chat_enabled: post.isChatEnabled,
      location_type: 'LOCATION_TYPE_EMPTY',
    },
    category_data,
  }
}

/** Published posts of a person and those on their way there, the newest first. */
export const listedPosts = (world: World, userId: string): UserPostSummary[] =>
  [...world.posts.values()]
    .filter(({ ownerId, state }) => ownerId === userId && state !== 'RETIRED' && state !== 'ARCHIVED')
    .reverse()
    .map(({ token, title, images, category, isPhoneHidden }) => ({
      token,
      title,
      images,
      category,
      is_phone_hidden: isPhoneHidden,
    }))

/** Tells the app of a post that changed, where it has subscribed (wire contract §5). */
export function tellOfPost({ world, deliveries }: SendDeps, before: Post['state'] | null, post: Post): void {
  const type = updateType(before, post.state)
  if (type === null) return
  const state = post.state === 'ARCHIVED' ? 'RETIRED' : post.state
  const told = { ...publicData(post, state), is_phone_hidden: post.isPhoneHidden }
  for (const { type: about, userId, postToken, hasEnded, token, metadata } of world.subscriptions) {
    const covers = userId === post.ownerId && (postToken === null || postToken === post.token)
    if (about !== 'POST_UPDATE' || !covers || hasEnded || token.expiresAt <= world.now()) continue
    deliveries.send({ lane: post.token, body: postUpdateEvent(metadata, type, told), consent: token.consent })
  }
}

function updateType(before: Post['state'] | null, after: Post['state']): PostUpdateType | null {
  if (after === 'PUBLISHED') return 'PUBLISH'
  if (after === 'REVIEW_REQ' || after === 'PAYMENT_REQ') return 'ONGOING'
  if (before === null || before === after || before === 'ARCHIVED') return null
  if (after === 'RETIRED' || before === 'PUBLISHED') return 'RETIRE'
  return 'ARCHIVE'
}

/** What a test says of a post; the rest is made up. */
export interface PostInput {
  /** 1 to 16 letters, digits or underscores. */
  token?: string
  state?: Post['state']
  title?: string
  category?: string
  city?: string
  district?: string
  data?: JsonObject
  images?: string[]
  isPhoneHidden?: boolean
  isChatEnabled?: boolean
}

/** @throws BedError for a token that is none, or that another post has. */
export function newPost(world: World, ownerId: string, input: PostInput): Post {
  const { token = `post_${world.posts.size + 1}`, state = 'PUBLISHED' } = input
  const fault = postTokenFault(token)
  if (fault) throw new BedError(`the post's token is ${JSON.stringify(token)}, but ${fault}`)
  if (world.posts.has(token))
    throw new BedError(`there is a post ${token} already: give another token, or leave it out`)
  const now = world.now()
  const post: Post = {
    token,
    ownerId,
    state,
    title: `Post ${token}`,
    category: 'apartment-sell',
    city: 'tehran',
    district: '',
    data: {},
    images: [],
    isPhoneHidden: false,
    isChatEnabled: true,
    ...input,
    createdAt: now,
    firstPublishedAt: state === 'PUBLISHED' ? now : undefined,
    lastModifiedAt: now,
  }
  world.posts.set(token, post)
  return post
}
