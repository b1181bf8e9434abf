import { keyRow, tokenRow } from './app-callers.ts'
import { OK, type Row } from './row.ts'
import type { Party } from './world.ts'

const CONVERSATIONS = '/v2/open-platform/conversations'
const RESTRICTED = { answer: '412 9 RECIPIENT_RESTRICTED', says: ["recipient's restriction"] }

const readUserRow = (method: 'GET' | 'POST', operation: string): Row =>
  tokenRow({
    method,
    path: '/v1/open-platform/users',
    operation,
    permission: 'USER_RETRIEVE',
    sent: () => ({}),
    scopes: () => ['USER_ID', 'USER_PHONE'],
    works: OK,
    // They are told of themselves; this one has no phone number.
    otherUser: () => ({ answer: '200', says: ['user_id'], hides: ['9121234567'] }),
    blacklisted: OK,
  })

/** What apps call: the wire contract's operations. */
export const appRows: readonly Row[] = [
  tokenRow({
    method: 'POST',
    path: `${CONVERSATIONS}/:conversation_id/messages`,
    operation: 'ChatAPI_ConversationSendMessage',
    permission: 'CHAT_SEND_MESSAGE_OAUTH',
    sent: (_, { conversationId }) => ({
      params: { conversation_id: conversationId },
      body: { message: 'hello' },
    }),
    scopes: ({ conversationId, post }) => [
      `CONVERSATION_SEND_MESSAGE.${conversationId}`,
      `CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${post.token}`,
      'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND',
    ],
    works: { answer: '200', says: ['"status":200', '"message":"success"', 'message_id'] },
    otherUser: () => ({ answer: '403 7 NOT_A_PARTICIPANT', says: ['takes no part in this conversation'] }),
    blacklisted: RESTRICTED,
  }),
  tokenRow({
    method: 'POST',
    path: '/v1/open-platform/events/subscriptions',
    operation: 'Events_RegisterEventSubscription',
    permission: 'EVENTS_REGISTER_SUBSCRIPTION',
    sent: (_, { post }) => ({
      body: { event_type: 'NEW_MESSAGE_ON_POST', event_resource_id: post.token },
    }),
    scopes: ({ post }) => [
      `CHAT_POST_CONVERSATIONS_READ.${post.token}`,
      'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
    ],
    works: OK,
    otherUser: ({ party }) => notOwned(party),
    blacklisted: OK,
  }),
  tokenRow({
    method: 'POST',
    path: '/experimental/open-platform/events/send',
    operation: 'Events_SendEvent',
    permission: 'EVENTS_SEND',
    sent: (_, { post }) => ({
      query: `?message=hello&target_type=POST&target_resource_id=${post.token}`,
    }),
    scopes: () => ['SEND_EVENT'],
    works: OK,
    otherUser: () => ({ answer: '403 7 TARGET_NOT_OWNED', says: ['no post of the token’s user'] }),
    blacklisted: RESTRICTED,
  }),
  readUserRow('GET', 'Finder_GetUser'),
  readUserRow('POST', 'Finder_PostGetUser'),
  tokenRow({
    method: 'GET',
    path: '/v1/open-platform/finder/user-posts',
    operation: 'Finder_GetUserPosts',
    permission: 'GET_USER_POSTS',
    sent: () => ({}),
    scopes: () => ['USER_POSTS_GET'],
    works: OK,
    otherUser: ({ party }) => ({ answer: '200', hides: [party.post.token] }),
    blacklisted: OK,
  }),
  keyRow({
    method: 'POST',
    path: '/experimental/open-platform/chat/upload',
    operation: 'ChatAPI_GenerateUploadToken',
    permission: 'CHAT_UPLOAD_MEDIA',
    sent: () => ({}),
    works: { answer: '200', says: ['"token":"cu_'] },
  }),
  tokenRow({
    method: 'GET',
    path: '/v1/open-platform/user-post/:token',
    operation: 'Post_GetUserPost',
    permission: 'GET_USER_POST',
    sent: (_, { post }) => ({ params: { token: post.token } }),
    scopes: () => ['USER_POSTS_GET'],
    works: { answer: '200', says: ['"general_data"', 'POST_STATE_PUBLISHED'] },
    otherUser: ({ party }) => notOwned(party),
    blacklisted: OK,
  }),
  keyRow({
    method: 'POST',
    path: '/v2/open-platform/finder/post',
    operation: 'Finder_SearchPostV2',
    permission: 'SEARCH_POST',
    sent: () => ({ body: { city: 'nowhere' } }),
    works: { answer: '200', says: ['"posts":[]'] },
  }),
  keyRow({
    method: 'POST',
    path: '/v1/open-platform/get-user-id-by-phone',
    operation: 'Finder_GetUserIDByPhone',
    permission: 'GET_USER_ID_BY_PHONE',
    sent: () => ({ body: { phone: '+98 912 123 4567' } }),
    works: { answer: '200', says: ['"user_id"'], hides: ['9121234567'] },
  }),
  keyRow({
    method: 'GET',
    path: '/v1/open-platform/finder/post/:token',
    operation: 'Finder_GetPost',
    permission: 'GET_POST',
    sent: ({ party }) => ({ params: { token: party.post.token } }),
    works: OK,
  }),
]

const notOwned = ({ post }: Party) => ({
  answer: '403 7 POST_NOT_OWNED',
  says: [`the post ${post.token} is none of the user’s`],
})
