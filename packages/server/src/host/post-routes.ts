import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { REMOVED_STATE } from '../marketplace/post-states.ts'
import { findUser } from '../marketplace/store.ts'
import { type UpsertPostsDeps, upsertPosts } from '../marketplace/upsert-posts.ts'
import { postAnswer } from './answers.ts'
import { BULK_BODY_LIMIT_BYTES } from './bulk-limit.ts'
import { checkedPostToken, requirePost } from './find-or-refuse.ts'
import { postParser, postRowsParser } from './post-rows.ts'

export type HostPostDeps = UpsertPostsDeps

export const hostPostRoutes = (deps: HostPostDeps): Route[] => [
  route({
    method: 'PUT',
    path: '/host/v1/posts/:token',
    operation: 'Host_UpsertPost',
    summary: 'Create a post, or change the fields that are sent',
    caller: 'host',
    body: postParser,
    // A post's data alone may have 64 KiB, and more while its characters are escaped.
    bodyLimitBytes: BULK_BODY_LIMIT_BYTES,
    async handle({ params, body, traceparent }) {
      const token = checkedPostToken(params.token ?? '')
      await upsertPosts(deps, [{ token, ...body }], { fieldOfRow: (_row, field) => field, traceparent })
      return readPost(deps.db, token)
    },
  }),
  route({
    method: 'POST',
    path: '/host/v1/posts',
    operation: 'Host_UpsertPosts',
    summary: 'Create or change up to 1,000 posts, all or none of them',
    caller: 'host',
    body: postRowsParser,
    bodyLimitBytes: BULK_BODY_LIMIT_BYTES,
    handle: ({ body, traceparent }) =>
      upsertPosts(deps, body, { fieldOfRow: (row, field) => `posts[${row}].${field}`, traceparent }),
  }),
  route({
    method: 'GET',
    path: '/host/v1/posts/:token',
    operation: 'Host_GetPost',
    summary: 'Read a post',
    caller: 'host',
    handle: ({ params }) => readPost(deps.db, params.token ?? ''),
  }),
  route({
    method: 'DELETE',
    path: '/host/v1/posts/:token',
    operation: 'Host_RemovePost',
    summary: 'Remove a post: no app sees it any more, its conversations stay',
    caller: 'host',
    async handle({ params, traceparent }) {
      const { token } = await requirePost(deps.db, params.token ?? '')
      await upsertPosts(deps, [{ token, state: REMOVED_STATE }], {
        fieldOfRow: (_row, field) => field,
        traceparent,
      })
      return readPost(deps.db, token)
    },
  }),
]

async function readPost(db: Database, token: string) {
  const post = await requirePost(db, token)
  const owner = await findUser(db, post.owner_id)
  return postAnswer(post, owner!)
}
