import { ApiError } from '../errors.ts'
import type { AppCaller } from './callers.ts'

/**
 * What a development app may act on (wire contract §12): development posts and their conversations, whatever it was
 * granted. Asked after the scopes, so that a resource outside them stays as unknown as before.
 * @param onDevelopmentPost whether the post, or the conversation's post, is a development post; true where there is
 * no post, as in a chatbot's conversation.
 * @throws 403 for a development app on any other post.
 */
export function requireDevelopmentPost(
  { development, slug }: Pick<AppCaller, 'development' | 'slug'>,
  onDevelopmentPost: boolean,
): void {
  if (!development || onDevelopmentPost) return
  throw new ApiError(
    'PERMISSION_DENIED',
    `the app ${slug} is in development, so it acts on development posts only: use one of them, make one in the console (POST /console/v1/development-posts), or have the app approved`,
    { reason: 'DEVELOPMENT_POSTS_ONLY' },
  )
}
