import { quoted } from '@charsu/protocol/text-length'
import * as Type from 'typebox'
import { pageOf, uuidCursor } from '../console/page-query.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { type Route, route } from '../http/route.ts'
import { withMaskedPhones, withMaskedPhonesIn } from '../marketplace/masked-phone.ts'
import { STORED_POST_STATES } from '../marketplace/post-states.ts'
import { listQuery, NextCursor, OrNull, searchText, Time } from './list-query.ts'
import { PersonView, personOrNull } from './person.ts'
import { countConversations, findPosts, MOST_CONVERSATIONS, type PostRow, readPost } from './post-store.ts'

const POSTS = '/operator/v1/posts'

export const ListedPost = Type.Object({
  token: Type.String(),
  title: Type.String(),
  owner: OrNull(PersonView),
  category: Type.String(),
  city: Type.String(),
  district: Type.String(),
  state: Type.String(),
  image: OrNull(Type.String({ description: 'the first one' })),
  chat_enabled: Type.Boolean(),
  development: Type.Boolean(),
  first_published_at: OrNull(Time),
  last_modified_at: Time,
  created_at: Time,
})
export type ListedPost = Type.Static<typeof ListedPost>

export const PostView = Type.Object({
  ...ListedPost.properties,
  images: Type.Array(Type.String()),
  is_phone_hidden: Type.Boolean(),
  reject_reason: Type.String(),
  data: Type.Unknown({ description: 'phone numbers in it are masked' }),
  conversations: Type.Integer({
    description: `how many asked about it; ${MOST_CONVERSATIONS} stands for that or more`,
  }),
})
export type PostView = Type.Static<typeof PostView>

const postsQuery = listQuery(
  uuidCursor,
  {
    q: searchText('a whole token, or words of the title'),
    owner: Type.Optional(Type.String({ description: 'host id' })),
    state: Type.Optional(Type.Enum([...STORED_POST_STATES])),
  },
  (given) => ({ search: given('q'), owner: given('owner'), state: given('state') }),
)

const listed = (row: PostRow): ListedPost => ({
  token: row.token,
  title: withMaskedPhones(row.title),
  owner: personOrNull(row),
  category: row.category,
  city: row.city,
  district: row.district,
  state: row.state,
  image: row.images[0] ?? null,
  chat_enabled: row.chat_enabled,
  development: row.development,
  first_published_at: row.first_published_at?.toISOString() ?? null,
  last_modified_at: row.last_modified_at.toISOString(),
  created_at: row.created_at.toISOString(),
})

export const postRoutes = ({ db }: { db: Database }): Route[] => [
  route({
    method: 'GET',
    path: POSTS,
    operation: 'Operator_ListPosts',
    summary: 'Find posts by token, title, owner or state, the newest first',
    caller: 'operator',
    query: postsQuery,
    answer: Type.Object({ posts: Type.Array(ListedPost), next_cursor: NextCursor }),
    handle: async ({ query: { limit, ...filter } }) => {
      const rows = await findPosts(db, { ...filter, limit: limit + 1 })
      const { page, next_cursor } = pageOf(rows, limit, ({ id }) => id)
      return { posts: page.map(listed), next_cursor }
    },
  }),
  route({
    method: 'GET',
    path: `${POSTS}/:token`,
    operation: 'Operator_GetPost',
    summary: 'One post with its data, and how many conversations it has',
    caller: 'operator',
    answer: PostView,
    handle: async ({ params }): Promise<PostView> => {
      const token = params.token ?? ''
      const row = (await readPost(db, token)) ?? unknownPost(token)
      return {
        ...listed(row),
        images: row.images,
        is_phone_hidden: row.is_phone_hidden,
        reject_reason: withMaskedPhones(row.reject_reason),
        data: withMaskedPhonesIn(row.data),
        conversations: await countConversations(db, row.id),
      }
    },
  }),
]

function unknownPost(token: string): never {
  throw new ApiError('NOT_FOUND', `there is no post ${quoted(token)}: GET /operator/v1/posts finds posts`, {
    reason: 'POST_UNKNOWN',
    metadata: { post_token: token.slice(0, 128) },
  })
}
