import { FinderPost, UserPostsAnswer } from '@charsu/protocol/posts'
import { UserAnswer } from '@charsu/protocol/users'
import { type Route, route } from '../http/route.ts'
import { getPost } from './get-post.ts'
import { type GetUserDeps, getUser } from './get-user.ts'
import { listUserPosts } from './list-user-posts.ts'

export const marketplaceRoutes = (deps: GetUserDeps): Route[] => [
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
    handle: ({ caller }) => listUserPosts(deps.db, caller.token),
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
