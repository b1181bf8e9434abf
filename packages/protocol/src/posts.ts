import * as Type from 'typebox'
import { jsonObject } from './json-object.ts'

/** States of a post, as `finder` operations name them (wire contract §8). */
export const POST_STATES = ['PUBLISHED', 'REVIEW_REQ', 'PAYMENT_REQ', 'RETIRED'] as const

export type PostState = (typeof POST_STATES)[number]

const BusinessData = Type.Object({
  business_name: Type.Optional(Type.String()),
  business_type: Type.Optional(
    Type.Enum(['CAR', 'REAL_ESTATE', 'JOBS', 'MARKETPLACE', 'SERVICES', 'PERSONAL']),
  ),
})

/** Answer of `GET /v1/open-platform/finder/post/{token}`, and the post in POST_UPDATE (wire contract §8, §5). */
export const FinderPost = Type.Object({
  token: Type.String(),
  state: Type.Enum([...POST_STATES]),
  category: Type.String(),
  city: Type.String(),
  district: Type.String(),
  data: jsonObject("the post's data, whose fields depend on its category"),
  /** RFC 3339. */
  first_published_at: Type.String(),
  last_modified_at: Type.Optional(Type.String()),
  chat_enabled: Type.Optional(Type.Boolean()),
  /** In webhooks only, as the public description has it. */
  is_phone_hidden: Type.Optional(Type.Boolean()),
  business_data: Type.Optional(BusinessData),
})

export type FinderPost = Type.Static<typeof FinderPost>

/** One post of `GET /v1/open-platform/finder/user-posts`. */
export const UserPostSummary = Type.Object({
  token: Type.String(),
  title: Type.String(),
  images: Type.Array(Type.String()),
  category: Type.String(),
  is_phone_hidden: Type.Boolean(),
})

export type UserPostSummary = Type.Static<typeof UserPostSummary>

export const UserPostsAnswer = Type.Object({ posts: Type.Array(UserPostSummary) })

/** States as `user-post` names them: it has more of them, of which Charsu's posts take these. */
export const USER_POST_STATES = {
  PUBLISHED: 'POST_STATE_PUBLISHED',
  REVIEW_REQ: 'POST_STATE_WAITING_FOR_REVIEW',
  PAYMENT_REQ: 'POST_STATE_WAITING_FOR_PAYMENT',
  RETIRED: 'POST_STATE_RETIRED',
} as const satisfies Record<PostState, string>

/** General data of a post: exactly the public fields, for generated clients refuse others (wire contract §0). */
export const PostGeneralData = Type.Object({
  title: Type.String(),
  description: Type.String(),
  category_slug: Type.String(),
  city: Type.String(),
  district: Type.Optional(Type.String()),
  images: Type.Array(Type.String()),
  location_type: Type.Enum(['LOCATION_TYPE_EMPTY', 'LOCATION_TYPE_EXACT', 'LOCATION_TYPE_APPROXIMATE']),
  latitude: Type.Optional(Type.Number()),
  longitude: Type.Optional(Type.Number()),
  hide_phone: Type.Boolean(),
  chat_enabled: Type.Boolean(),
})

export type PostGeneralData = Type.Static<typeof PostGeneralData>

/** Answer of `GET /v1/open-platform/user-post/{token}`. */
export const UserPost = Type.Object({
  state: Type.Enum(Object.values(USER_POST_STATES)),
  general_data: PostGeneralData,
  category_data: jsonObject("the post's data, whose fields depend on its category"),
  business_data: Type.Optional(BusinessData),
  reject_reason: Type.Optional(Type.String()),
})

export type UserPost = Type.Static<typeof UserPost>
