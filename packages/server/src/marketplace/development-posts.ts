import { randomBytes } from 'node:crypto'
import { postTokenFault } from '@charsu/protocol/identifiers'
import { ApiError, invalidArgument } from '../errors.ts'
import { newId } from '../ids.ts'
import {
  countActiveDevelopmentPosts,
  type DevelopmentPost,
  findDevelopmentPost,
  findSource,
  insertCopy,
  lockDeveloper,
} from './development-post-store.ts'
import { publishChangesOfPosts } from './publish-changes-of-posts.ts'
import { type UpsertPostsDeps, upsertPosts } from './upsert-posts.ts'

/** Wire contract §12. */
export const MAX_DEVELOPMENT_POSTS = 10

export interface NamedPost {
  developerId: string
  postToken: string
  /** W3C trace context of the request, which the deliveries continue. */
  traceparent: string | null
}

/**
 * Copies a post as a development post of the developer (wire contract §12): one of their own, or a published one with
 * what everybody may read of it. It has a token of its own and is published at once, of which the developer's apps
 * hear; it has nobody's phone number.
 * @throws 400 what is no post token, 404 no post that the developer may read, 429 when they have 10 active ones.
 */
export async function copyAsDevelopmentPost(
  { db, onDeliveriesDue }: Pick<UpsertPostsDeps, 'db' | 'onDeliveriesDue'>,
  { developerId, postToken, traceparent }: NamedPost,
): Promise<DevelopmentPost> {
  const fault = postTokenFault(postToken)
  if (fault) throw invalidArgument([{ field: 'post_token', description: fault }])
  const { post, due } = await db.transaction().execute(async (tx) => {
    await lockDeveloper(tx, developerId)
    const source = await findSource(tx, { token: postToken, developerId })
    if (!source) throw unknownSource(postToken)
    if ((await countActiveDevelopmentPosts(tx, developerId)) >= MAX_DEVELOPMENT_POSTS) throw tooMany()
    const id = newId()
    const post = await insertCopy(tx, { id, sourceId: source.id, developerId, token: newToken() })
    const written = { ...PUBLISHED, id, ownerId: developerId }
    return { post, due: await publishChangesOfPosts(tx, [written], traceparent) }
  })
  if (due) onDeliveriesDue()
  return post
}

const PUBLISHED = { forDevelopment: true, stateBefore: null, state: 'PUBLISHED', visibly: true } as const

/** 48 random bits. */
const newToken = (): string => `dev_${randomBytes(6).toString('hex')}`

/**
 * Takes a development post of the developer's out of the market, as its owner would; its apps hear of it. Doing so
 * again changes nothing.
 * @throws 404 no development post of theirs.
 */
export async function retireDevelopmentPost(
  deps: UpsertPostsDeps,
  { developerId, postToken, traceparent }: NamedPost,
): Promise<DevelopmentPost> {
  const post = await findDevelopmentPost(deps.db, { token: postToken, developerId })
  if (!post) throw unknownPost(postToken)
  // Neither its owner nor its kind ever changes, so what was just read still holds.
  await upsertPosts(deps, [{ token: post.token, state: 'RETIRED' }], {
    fieldOfRow: (_row, field) => field,
    traceparent,
  })
  return { ...post, state: 'RETIRED' }
}

const unknownSource = (token: string): ApiError =>
  new ApiError(
    'NOT_FOUND',
    `there is no post ${token} that you may copy: name a published one, or one of your own`,
    { reason: 'POST_UNKNOWN', metadata: { post_token: token } },
  )

const unknownPost = (token: string): ApiError =>
  new ApiError(
    'NOT_FOUND',
    `you have no development post ${JSON.stringify(token.slice(0, 60))}: GET /console/v1/development-posts lists yours`,
    { reason: 'POST_UNKNOWN' },
  )

const tooMany = (): ApiError =>
  new ApiError(
    'RESOURCE_EXHAUSTED',
    `you have ${MAX_DEVELOPMENT_POSTS} active development posts, the most one developer may have: retire one first`,
    { reason: 'TOO_MANY_DEVELOPMENT_POSTS', metadata: { limit: String(MAX_DEVELOPMENT_POSTS) } },
  )
