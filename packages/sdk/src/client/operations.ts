/** What repeating a call may do whose outcome is unknown. */
export type Repeat =
  /** It reads, or doing it twice comes to the same. */
  | 'harmless'
  /** An Idempotency-Key makes it harmless. */
  | 'keyed'
  /** It would be done twice. */
  | 'harmful'

/** What goes with a call: the key, and a token where there has to or may be one. */
export type Credentials = 'none' | 'key' | 'key_and_token' | 'key_and_token_if_any' | 'token'

export interface Operation {
  /** As the public description names it. */
  id: string
  method: 'GET' | 'POST'
  /** `{name}` stands for a part that is percent-encoded. */
  path: string
  credentials: Credentials
  repeat: Repeat
  /** Members, all of them texts, without which its answer is none. */
  needs?: readonly string[]
}

/** Every operation of the public description that is served, by the client's method for it. */
export const OPERATIONS = {
  sendMessage: {
    id: 'ChatAPI_ConversationSendMessage',
    method: 'POST',
    path: '/v2/open-platform/conversations/{conversation_id}/messages',
    credentials: 'key_and_token',
    repeat: 'keyed',
  },
  getConversation: {
    id: 'ChatAPI_GetConversation',
    method: 'GET',
    path: '/v1/open-platform/chat/conversations/{conversation_id}',
    credentials: 'key_and_token',
    repeat: 'harmless',
  },
  subscribe: {
    id: 'Events_RegisterEventSubscription',
    method: 'POST',
    path: '/v1/open-platform/events/subscriptions',
    credentials: 'key_and_token',
    // The same app, user, type and resource replaces the former.
    repeat: 'harmless',
  },
  sendEvent: {
    id: 'Events_SendEvent',
    method: 'POST',
    path: '/experimental/open-platform/events/send',
    credentials: 'key_and_token',
    repeat: 'harmful',
  },
  getUser: {
    id: 'Finder_GetUser',
    method: 'GET',
    path: '/v1/open-platform/users',
    credentials: 'key_and_token',
    repeat: 'harmless',
  },
  listPosts: {
    id: 'Finder_GetUserPosts',
    method: 'GET',
    path: '/v1/open-platform/finder/user-posts',
    credentials: 'key_and_token',
    repeat: 'harmless',
  },
  getUserPost: {
    id: 'Post_GetUserPost',
    method: 'GET',
    path: '/v1/open-platform/user-post/{post_token}',
    credentials: 'key_and_token',
    repeat: 'harmless',
  },
  sendChatbotMessage: {
    id: 'ChatAPI_ChatBotSendMessage',
    method: 'POST',
    path: '/v1/open-platform/chat/bot/conversations/{conversation_id}/messages',
    credentials: 'key',
    repeat: 'keyed',
  },
  sendChatbotMessageToUser: {
    id: 'ChatAPI_ChatBotSendMessage2',
    method: 'POST',
    path: '/v1/open-platform/chat/bot/users/{user_id}/messages',
    credentials: 'key_and_token_if_any',
    repeat: 'keyed',
  },
  getPost: {
    id: 'Finder_GetPost',
    method: 'GET',
    path: '/v1/open-platform/finder/post/{post_token}',
    credentials: 'key',
    repeat: 'harmless',
  },
  searchPosts: {
    id: 'Finder_SearchPostV2',
    method: 'POST',
    path: '/v2/open-platform/finder/post',
    credentials: 'key',
    repeat: 'harmless',
  },
  getUserIdByPhone: {
    id: 'Finder_GetUserIDByPhone',
    method: 'POST',
    path: '/v1/open-platform/get-user-id-by-phone',
    credentials: 'key',
    repeat: 'harmless',
  },
  createUploadToken: {
    id: 'ChatAPI_GenerateUploadToken',
    method: 'POST',
    path: '/experimental/open-platform/chat/upload',
    credentials: 'key',
    repeat: 'harmless',
    needs: ['token'],
  },
  listScopes: {
    id: 'Assets_GetOAuthScopes',
    method: 'GET',
    path: '/v1/open-platform/assets/oauth-scope',
    credentials: 'none',
    repeat: 'harmless',
  },
  listPermissions: {
    id: 'Assets_GetPermissions',
    method: 'GET',
    path: '/v1/open-platform/assets/permission',
    credentials: 'none',
    repeat: 'harmless',
  },
} as const satisfies Record<string, Operation>

/** What is called beside the public description's operations. */
const OTHER_OPERATIONS = {
  upload: {
    id: 'Media_Upload',
    method: 'POST',
    path: '/upload/{kind}',
    credentials: 'token',
    // A file that no message shows is forgotten after a day.
    repeat: 'harmless',
    needs: ['id'],
  },
  exchange: {
    id: 'OAuthToken',
    method: 'POST',
    path: '/oauth2/token',
    credentials: 'none',
    // A code's second use revokes what the first gave.
    repeat: 'harmful',
    needs: ['access_token'],
  },
  refresh: {
    id: 'OAuthToken',
    method: 'POST',
    path: '/oauth2/token',
    credentials: 'none',
    // The old pair works for two more minutes.
    repeat: 'harmless',
    needs: ['access_token'],
  },
} as const satisfies Record<string, Operation>

/** A method of the client that calls one operation. */
export type OperationName = keyof typeof OPERATIONS | keyof typeof OTHER_OPERATIONS

export const operationOf = (name: OperationName): Operation => ({ ...OTHER_OPERATIONS, ...OPERATIONS })[name]
