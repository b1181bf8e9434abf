import { FinderPost, UserPost, UserPostsAnswer } from '@charsu/protocol/posts'
import { SearchPostsAnswer, searchPostsParser } from '@charsu/protocol/search-posts'
import { UserAnswer, UserIdByPhoneAnswer, userIdByPhoneParser } from '@charsu/protocol/users'
import { type Route, route } from '../http/route.ts'
import { getPost } from './get-post.ts'
import { type GetUserDeps, getUser } from './get-user.ts'
import { type GetUserIdByPhoneDeps, getUserIdByPhone } from './get-user-id-by-phone.ts'
import { getUserPost } from './get-user-post.ts'
import { listUserPosts } from './list-user-posts.ts'
import { searchPosts } from './search-posts.ts'

export const marketplaceRoutes = (deps: GetUserDeps & GetUserIdByPhoneDeps): Route[] => [
  getUserRoute(deps, 'GET', 'Finder_GetUser'),
  // Older clients ask by POST; whatever they send along is left unread.
  getUserRoute(deps, 'POST', 'Finder_PostGetUser'),
  route({
    method: 'GET',
    path: '/v1/open-platform/finder/post/:token',
    operation: 'Finder_GetPost',
    summary: 'Read the public data of a post',
    caller: 'app',
    permission: 'GET_POST',
    answer: FinderPost,
    handle: ({ params }) => getPost(deps.db, params.token ?? ''),
  }),
  route({
    method: 'GET',
    path: '/v1/open-platform/finder/user-posts',
    operation: 'Finder_GetUserPosts',
    summary: 'List the posts of the token’s user, newest first',
    caller: 'app-with-user',
    permission: 'GET_USER_POSTS',
    answer: UserPostsAnswer,
    handle: ({ caller }) => listUserPosts(deps.db, caller),
  }),
  route({
    method: 'GET',
    path: '/v1/open-platform/user-post/:token',
    operation: 'Post_GetUserPost',
    summary: 'Read a post of the token’s user, published or not',
    caller: 'app-with-user',
    permission: 'GET_USER_POST',
    answer: UserPost,
    handle: ({ caller, params }) => getUserPost(deps.db, caller, params.token ?? ''),
  }),
  route({
    method: 'POST',
    path: '/v2/open-platform/finder/post',
    operation: 'Finder_SearchPostV2',
    summary: 'Search the published posts, the last modified first, at most 100',
    caller: 'app',
    permission: 'SEARCH_POST',
    body: searchPostsParser,
    answer: SearchPostsAnswer,
    handle: ({ body }) => searchPosts(deps.db, body),
  }),
  route({
    method: 'POST',
    path: '/v1/open-platform/get-user-id-by-phone',
    operation: 'Finder_GetUserIDByPhone',
    summary: 'Find the per-app id of the user with a phone number',
    caller: 'app',
    permission: 'GET_USER_ID_BY_PHONE',
    body: userIdByPhoneParser,
    answer: UserIdByPhoneAnswer,
    handle: ({ caller, body }) => getUserIdByPhone(deps, caller, body.phone),
  }),
]

const getUserRoute = (deps: GetUserDeps, method: 'GET' | 'POST', operation: string): Route =>
  route({
    method,
    path: '/v1/open-platform/users',
    operation,
    summary: 'Read the token’s user: the id with USER_ID, the phone number with USER_PHONE',
    caller: 'app-with-user',
    permission: 'USER_RETRIEVE',
    answer: UserAnswer,
    handle: ({ caller }) => getUser(deps, caller.token),
  })
