import { type PostGeneralData, type UserPost, userPostState } from '@charsu/protocol/posts'
import { businessData } from './finder-post.ts'
import { isPublicState } from './post-states.ts'
import type { Post } from './store.ts'

/** A post as its owner's app reads it (wire contract §8), or null once it is removed. */
export function userPost(post: Post): UserPost | null {
  const { state, reject_reason } = post
  if (!isPublicState(state)) return null
  // The description is general; the rest belongs to the category.
  const { description: _, ...category_data } = post.data
  const business_data = businessData(post)
  return {
    state: userPostState(state, reject_reason !== ''),
    general_data: generalData(post),
    category_data,
    ...(business_data && { business_data }),
    ...(reject_reason !== '' && { reject_reason }),
  }
}

function generalData(post: Post): PostGeneralData {
  const { data, location, video } = post
  return {
    category_slug: post.category,
    title: post.title,
    description: typeof data.description === 'string' ? data.description : '',
    images: post.images,
    city: post.city,
    ...(post.district !== '' && { district: post.district }),
    hide_phone: post.is_phone_hidden,
    chat_enabled: post.chat_enabled,
    ...('type' in location
      ? {
          location_type: `LOCATION_TYPE_${location.type}`,
          latitude: location.latitude,
          longitude: location.longitude,
        }
      : { location_type: 'LOCATION_TYPE_EMPTY' }),
    ...('name' in video && {
      video: {
        name: video.name,
        thumbnail_name: video.thumbnail_name,
        duration: String(video.duration),
      },
    }),
  }
}
