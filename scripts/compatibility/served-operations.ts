/** A test that pins a row: a file, and words of a test's title in it. */
export interface Pin {
  file: string
  title: string
}

/** What the page says of one served operation of the public description, beside what its route says itself. */
export interface ServedOperation {
  /** Of docs/wire-contract.md. */
  section: number
  /** Any one of these opens it; none where no user's consent is needed. `.x` stands for the resource. */
  scopes: readonly string[]
  /** Where it departs from the description, or adds to it. */
  differs?: string
  tests: readonly Pin[]
}

const server = (file: string, title: string): Pin => ({ file: `packages/server/src/${file}`, title })
const e2e = (file: string, title: string): Pin => ({ file: `e2e/${file}`, title })

const ADDED_SEND = 'the answer adds `message_id`; `Idempotency-Key` sends once'
const OPEN_LISTS = 'needs no key'

/** By operation id, in the order of the page. */
export const SERVED_OPERATIONS: Readonly<Record<string, ServedOperation>> = {
  ChatAPI_ConversationSendMessage: {
    section: 2,
    scopes: [
      'CONVERSATION_SEND_MESSAGE.conversation_id',
      'CHAT_POST_CONVERSATIONS_MESSAGE_SEND.post_token',
      'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND',
    ],
    differs: `${ADDED_SEND}; \`message\` may be missing beside \`media_token\``,
    tests: [
      server('conversations/send-message.test.ts', 'wire contract §2: send a message to a conversation'),
      e2e('clients/impatient-client.test.ts', '§0 a client that waits for a second'),
    ],
  },
  Events_RegisterEventSubscription: {
    section: 4,
    scopes: [
      'CHAT_POST_CONVERSATIONS_READ.post_token',
      'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
      'USER_POSTS_GET',
    ],
    tests: [
      server('events/register-subscription.test.ts', 'wire contract §4: subscribe to events'),
      server('marketplace/post-updates.test.ts', '§5 POST_UPDATE'),
    ],
  },
  Finder_GetUser: {
    section: 8,
    scopes: ['USER_ID', 'USER_PHONE'],
    differs: 'each scope shows its own fields',
    tests: [server('marketplace/routes.test.ts', 'wire contract §8: users and posts')],
  },
  Finder_GetUserIDByPhone: {
    section: 8,
    scopes: [],
    tests: [server('marketplace/get-user-id-by-phone.test.ts', '§8 POST get-user-id-by-phone')],
  },
  Finder_GetPost: {
    section: 8,
    scopes: [],
    tests: [server('marketplace/routes.test.ts', 'wire contract §8: users and posts')],
  },
  Finder_GetUserPosts: {
    section: 8,
    scopes: ['USER_POSTS_GET'],
    tests: [server('marketplace/routes.test.ts', 'wire contract §8: users and posts')],
  },
  Post_GetUserPost: {
    section: 8,
    scopes: ['USER_POSTS_GET'],
    differs: '`general_data` has exactly the described fields',
    tests: [server('marketplace/user-post.test.ts', '§8 GET user-post')],
  },
  Finder_SearchPostV2: {
    section: 8,
    scopes: [],
    differs: '64-bit numbers may come bare as well as in quotes',
    tests: [server('marketplace/search-posts.test.ts', '§8 POST finder/post: search')],
  },
  Assets_GetOAuthScopes: {
    section: 8,
    scopes: [],
    differs: OPEN_LISTS,
    tests: [server('apps/assets-routes.test.ts', 'wire contract §8: what an app can ask for')],
  },
  Assets_GetPermissions: {
    section: 8,
    scopes: [],
    differs: OPEN_LISTS,
    tests: [server('apps/assets-routes.test.ts', 'wire contract §8: what an app can ask for')],
  },
  ChatAPI_ChatBotSendMessage: {
    section: 9,
    scopes: [],
    differs:
      'needs no user token, for the conversation is the chatbot’s own; `text_message` may be missing beside `media_token`; `Idempotency-Key` sends once',
    tests: [server('conversations/chatbot.test.ts', '§9 a chatbot speaks in a conversation of its own')],
  },
  ChatAPI_ChatBotSendMessage2: {
    section: 9,
    scopes: ['CHAT_BOT_USER_MESSAGE_SEND'],
    differs: 'where a conversation exists the key alone is enough; otherwise as above',
    tests: [server('conversations/chatbot.test.ts', '§9 a chatbot speaks to a user')],
  },
  ChatAPI_GetConversation: {
    section: 9,
    scopes: ['CHAT_CONVERSATION_READ.conversation_id'],
    differs: 'exactly the described fields, at every depth',
    tests: [server('conversations/get-conversation.test.ts', '§9 reading a conversation')],
  },
  ChatAPI_GenerateUploadToken: {
    section: 10,
    scopes: [],
    tests: [server('media/upload.test.ts', '§10 media: upload tokens')],
  },
  Events_SendEvent: {
    section: 6,
    scopes: ['SEND_EVENT'],
    differs: 'of an earlier edition of the description; a JSON body means the same as the query',
    tests: [server('notices/send-notice.test.ts', 'wire contract §6: send an event to a user')],
  },
}
