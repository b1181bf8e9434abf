import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { type Route, route } from '../http/route.ts'
import { type DevelopmentPost, listDevelopmentPosts } from '../marketplace/development-post-store.ts'
import {
  copyAsDevelopmentPost,
  MAX_DEVELOPMENT_POSTS,
  retireDevelopmentPost,
} from '../marketplace/development-posts.ts'
import type { UpsertPostsDeps } from '../marketplace/upsert-posts.ts'

const POSTS = '/console/v1/development-posts'

/** Retired ones stay to be seen for a while; nobody needs more of them at once. */
const MOST_LISTED = 100

const copyParser = parser(
  Type.Object({ post_token: Type.String({ description: 'a published post, or one of your own' }) }),
)

const DevelopmentPostView = Type.Object({
  token: Type.String(),
  title: Type.String(),
  category: Type.String(),
  city: Type.String(),
  state: Type.String(),
  created_at: Type.String({ format: 'date-time' }),
})

const viewOf = ({ created_at, ...post }: DevelopmentPost) => ({
  ...post,
  created_at: created_at.toISOString(),
})

/** Posts to try development apps on (wire contract §12). */
export const developmentPostRoutes = (deps: UpsertPostsDeps): Route[] => [
  route({
    method: 'GET',
    path: POSTS,
    operation: 'Console_ListDevelopmentPosts',
    summary: 'The developer’s development posts, the active ones first',
    caller: 'developer',
    answer: Type.Object({
      posts: Type.Array(DevelopmentPostView),
      limit: Type.Integer({ description: 'how many may be active at once' }),
    }),
    handle: async ({ caller }) => ({
      posts: (await listDevelopmentPosts(deps.db, caller.userId, MOST_LISTED)).map(viewOf),
      limit: MAX_DEVELOPMENT_POSTS,
    }),
  }),
  route({
    method: 'POST',
    path: POSTS,
    operation: 'Console_CopyPost',
    summary: 'Copy a post as a development post of the developer',
    caller: 'developer',
    body: copyParser,
    answer: DevelopmentPostView,
    handle: async ({ caller, body, traceparent }) =>
      viewOf(
        await copyAsDevelopmentPost(deps, {
          developerId: caller.userId,
          postToken: body.post_token,
          traceparent,
        }),
      ),
  }),
  route({
    method: 'POST',
    path: `${POSTS}/:post_token/retire`,
    operation: 'Console_RetireDevelopmentPost',
    summary: 'Retire a development post',
    caller: 'developer',
    answer: DevelopmentPostView,
    handle: async ({ caller, params, traceparent }) =>
      viewOf(
        await retireDevelopmentPost(deps, {
          developerId: caller.userId,
          postToken: params.post_token ?? '',
          traceparent,
        }),
      ),
  }),
]
