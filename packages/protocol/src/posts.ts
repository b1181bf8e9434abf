import * as Type from 'typebox'
import { jsonObject } from './json-object.ts'

/** States of a post, as `finder` operations name them (wire contract §8). */
export const POST_STATES = ['PUBLISHED', 'REVIEW_REQ', 'PAYMENT_REQ', 'RETIRED'] as const

export type PostState = (typeof POST_STATES)[number]

export const BUSINESS_TYPES = ['CAR', 'REAL_ESTATE', 'JOBS', 'MARKETPLACE', 'SERVICES', 'PERSONAL'] as const

export type BusinessType = (typeof BUSINESS_TYPES)[number]

const BusinessData = Type.Object({
  business_name: Type.Optional(Type.String()),
  business_type: Type.Optional(Type.Enum([...BUSINESS_TYPES])),
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

/** States as `user-post` names them: the public description has more, of which Charsu's posts take these. */
export const USER_POST_STATES = [
  'POST_STATE_PUBLISHED',
  'POST_STATE_PUBLISHED_AND_EDIT_REJECTED',
  'POST_STATE_WAITING_FOR_REVIEW',
  'POST_STATE_WAITING_FOR_EDIT',
  'POST_STATE_WAITING_FOR_PAYMENT',
  'POST_STATE_RETIRED',
] as const

export type UserPostState = (typeof USER_POST_STATES)[number]

/**
 * A post's state as its owner's app reads it (wire contract §8): what was refused with a reason waits for its owner to
 * change it, and a published post stays published when it was the change that was refused.
 */
export function userPostState(state: PostState, isRejected: boolean): UserPostState {
  switch (state) {
    case 'PUBLISHED':
      return isRejected ? 'POST_STATE_PUBLISHED_AND_EDIT_REJECTED' : 'POST_STATE_PUBLISHED'
    case 'REVIEW_REQ':
      return isRejected ? 'POST_STATE_WAITING_FOR_EDIT' : 'POST_STATE_WAITING_FOR_REVIEW'
    case 'PAYMENT_REQ':
      return 'POST_STATE_WAITING_FOR_PAYMENT'
    case 'RETIRED':
      return 'POST_STATE_RETIRED'
  }
}

const LOCATION_TYPES = ['EMPTY', 'EXACT', 'APPROXIMATE'] as const

/** General data of a post: exactly the public fields, for generated clients refuse others (wire contract §0). */
export const PostGeneralData = Type.Object({
  title: Type.String(),
  description: Type.String(),
  category_slug: Type.String(),
  city: Type.String(),
  district: Type.Optional(Type.String()),
  images: Type.Array(Type.String()),
  location_type: Type.Enum(LOCATION_TYPES.map((name) => `LOCATION_TYPE_${name}` as const)),
  latitude: Type.Optional(Type.Number()),
  longitude: Type.Optional(Type.Number()),
  hide_phone: Type.Boolean(),
  chat_enabled: Type.Boolean(),
  video: Type.Optional(
    Type.Object({
      name: Type.String(),
      thumbnail_name: Type.String(),
      /** Seconds, as text like every number of 64 bits. */
      duration: Type.String(),
    }),
  ),
})

export type PostGeneralData = Type.Static<typeof PostGeneralData>

/** Answer of `GET /v1/open-platform/user-post/{token}`. */
export const UserPost = Type.Object({
  state: Type.Enum([...USER_POST_STATES]),
  general_data: PostGeneralData,
  category_data: jsonObject("the post's data, whose fields depend on its category"),
  business_data: Type.Optional(BusinessData),
  reject_reason: Type.Optional(Type.String()),
})

export type UserPost = Type.Static<typeof UserPost>
