import { postTokenFault } from '@charsu/protocol/identifiers'
import { PERMISSIONS } from '@charsu/protocol/permissions'
import { SCOPES } from '@charsu/protocol/scopes'
import { searchPostsParser } from '@charsu/protocol/search-posts'
import { userAnswer, userIdByPhoneParser } from '@charsu/protocol/users'
import { type Operation, operation, tokenOf } from '../operation.ts'
import { findUserByPhone } from '../phone.ts'
import { finderPost, listedPosts, userPost } from '../posts.ts'
import { invalidArgument, Refusal, requireScope } from '../refusal.ts'
import { searchPosts } from '../search-posts.ts'
import { postNotOwned } from './events.ts'

const getUser = (method: 'GET' | 'POST', id: string): Operation =>
  operation({
    id,
    method,
    paths: ['/v1/open-platform/users'],
    caller: 'app-with-user',
    permission: 'USER_RETRIEVE',
    handle({ world }, call) {
      const token = tokenOf(call)
      requireScope(token, ['USER_ID', 'USER_PHONE'])
      const { id, phone } = world.users.get(token.consent.userId)!
      return userAnswer({ id, phone }, token.scopes)
    },
  })

/** People, posts, uploads and lists of names (wire contract §8 and §10). */
export const marketplaceOperations: readonly Operation[] = [
  getUser('GET', 'Finder_GetUser'),
  getUser('POST', 'Finder_PostGetUser'),
  operation({
    id: 'Finder_GetUserIDByPhone',
    method: 'POST',
    paths: ['/v1/open-platform/get-user-id-by-phone'],
    caller: 'app',
    permission: 'GET_USER_ID_BY_PHONE',
    body: userIdByPhoneParser,
    handle: ({ world }, { body }) => ({ user_id: findUserByPhone(world, body.phone).id }),
  }),
  operation({
    id: 'Finder_GetPost',
    method: 'GET',
    paths: ['/v1/open-platform/finder/post/:token'],
    caller: 'app',
    permission: 'GET_POST',
    handle({ world }, { params }) {
      const token = postTokenOf(params)
      const post = world.posts.get(token)
      const answer = post && finderPost(post)
      if (answer) return answer
      throw new Refusal(
        'NOT_FOUND',
        `there is no published post ${token}: check its token, or wait until it is published`,
        { reason: 'POST_UNKNOWN', metadata: { post_token: token } },
      )
    },
  }),
  operation({
    id: 'Finder_GetUserPosts',
    method: 'GET',
    paths: ['/v1/open-platform/finder/user-posts'],
    caller: 'app-with-user',
    permission: 'GET_USER_POSTS',
    handle({ world }, call) {
      const token = tokenOf(call)
      requireScope(token, ['USER_POSTS_GET'])
      return { posts: listedPosts(world, token.consent.userId) }
    },
  }),
  operation({
    id: 'Post_GetUserPost',
    method: 'GET',
    paths: ['/v1/open-platform/user-post/:token'],
    caller: 'app-with-user',
    permission: 'GET_USER_POST',
    handle({ world }, call) {
      const user = tokenOf(call)
      const token = postTokenOf(call.params)
      requireScope(user, ['USER_POSTS_GET'])
      const post = world.posts.get(token)
      if (post?.ownerId !== user.consent.userId) throw postNotOwned(token)
      const answer = userPost(post)
      if (answer) return answer
      throw new Refusal(
        'NOT_FOUND',
        `the post ${token} was removed: list the user’s posts for those that are there`,
        { reason: 'POST_REMOVED', metadata: { post_token: token } },
      )
    },
  }),
  operation({
    id: 'Finder_SearchPostV2',
    method: 'POST',
    paths: ['/v2/open-platform/finder/post'],
    caller: 'app',
    permission: 'SEARCH_POST',
    body: searchPostsParser,
    handle: ({ world }, { body }) => ({ posts: searchPosts(world, body) }),
  }),
  operation({
    id: 'ChatAPI_GenerateUploadToken',
    method: 'POST',
    paths: ['/experimental/open-platform/chat/upload'],
    caller: 'app',
    permission: 'CHAT_UPLOAD_MEDIA',
    handle: ({ uploads }) => ({ token: uploads.newToken() }),
  }),
  operation({
    id: 'Assets_GetOAuthScopes',
    method: 'GET',
    paths: ['/v1/open-platform/assets/oauth-scope'],
    caller: 'anyone',
    handle: () => ({ scopes: SCOPES }),
  }),
  operation({
    id: 'Assets_GetPermissions',
    method: 'GET',
    paths: ['/v1/open-platform/assets/permission'],
    caller: 'anyone',
    handle: () => ({ permissions: PERMISSIONS }),
  }),
]

function postTokenOf({ token = '' }: Readonly<Record<string, string>>): string {
  const fault = postTokenFault(token)
  if (fault === undefined) return token
  throw invalidArgument([{ field: 'token', description: fault }])
}
