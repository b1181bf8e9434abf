import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { findUser } from '../marketplace/store.ts'
import { upsertPosts } from '../marketplace/upsert-posts.ts'
import { postAnswer } from './answers.ts'
import { BULK_BODY_LIMIT_BYTES } from './bulk-limit.ts'
import { checkedPostToken, requirePost } from './find-or-refuse.ts'
import { postParser, postRowsParser } from './post-rows.ts'

export interface HostPostDeps {
  db: Database
}

export const hostPostRoutes = ({ db }: HostPostDeps): Route[] => [
  route({
    method: 'PUT',
    path: '/host/v1/posts/:token',
    operation: 'Host_UpsertPost',
    summary: 'Create a post, or change the fields that are sent',
    caller: 'host',
    body: postParser,
    // A post's data alone may have 64 KiB, and more while its characters are escaped.
    bodyLimitBytes: BULK_BODY_LIMIT_BYTES,
    async handle({ params, body }) {
      const token = checkedPostToken(params.token ?? '')
      await upsertPosts(db, [{ token, ...body }], (_row, field) => field)
      return readPost(db, token)
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
    handle: ({ body }) => upsertPosts(db, body, (row, field) => `posts[${row}].${field}`),
  }),
  route({
    method: 'GET',
    path: '/host/v1/posts/:token',
    operation: 'Host_GetPost',
    summary: 'Read a post',
    caller: 'host',
    handle: ({ params }) => readPost(db, params.token ?? ''),
  }),
]

async function readPost(db: Database, token: string) {
  const post = await requirePost(db, token)
  const owner = await findUser(db, post.owner_id)
  return postAnswer(post, owner!.host_id)
}
