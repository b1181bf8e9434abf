import type { Pin } from './served-operations.ts'

/** A form that the public description no longer has, and that clients still use. */
export interface OlderForm {
  form: string
  /** Of docs/wire-contract.md. */
  section: number
  /** What it means, and where it differs from its present form. */
  means: string
  /** Where the form is a path of its own, so that the page cannot name one that is not served. */
  route?: { method: string; path: string }
  tests: readonly Pin[]
}

const server = (file: string, title: string): Pin => ({ file: `packages/server/src/${file}`, title })
const client = (file: string, title: string): Pin => ({ file: `e2e/clients/${file}`, title })

export const OLDER_FORMS: readonly OlderForm[] = [
  {
    form: 'the header `X-Access-Token`',
    section: 1,
    means: 'the same as `Authorization: Bearer`, which wins where both are sent',
    tests: [client('header-casing.test.ts', 'Bearer wins over X-Access-Token')],
  },
  {
    form: 'scopes written `NAME__RESOURCE`',
    section: 1,
    means: '`NAME.RESOURCE`; given back as written',
    tests: [
      client('older-scopes.test.ts', '§1 and §7 a client that writes scopes as they were written years ago'),
    ],
  },
  {
    form: 'the scopes `CHAT_SEND_MESSAGE_OAUTH`, `CHAT_SEND_MESSAGE_POST_CONVERSATIONS`, `ADDON_USER_APPROVED`',
    section: 1,
    means: 'their present names; given back as written',
    tests: [client('older-scopes.test.ts', 'they allow what their present names do')],
  },
  {
    form: '`POST /v2/open-platform/chat/conversation`',
    section: 2,
    route: { method: 'POST', path: '/v2/open-platform/chat/conversation' },
    means: 'sends to the conversation of two people about a post, and opens it',
    tests: [server('conversations/send-to-peer.test.ts', '§2 the older form of sending: chat/conversation')],
  },
  {
    form: '`sender_btn`, `receiver_btn` beside a message',
    section: 2,
    means: 'a grid of one button; used where the newer field is absent',
    tests: [
      {
        file: 'packages/protocol/src/send-message.test.ts',
        title: 'with the older buttons, each a grid of one',
      },
    ],
  },
  {
    form: '`icon_name` of a button',
    section: 2,
    means: '`icon`, which wins; a name outside the public list is kept',
    tests: [client('icon-names.test.ts', '§2 a client whose icons are none of the list')],
  },
  {
    form: 'session initialization, version 1',
    section: 3,
    means: 'a setting of the app: the older body, without `API-Version`',
    tests: [server('actions/session-initialization.test.ts', 'version 1 sends exactly the older fields')],
  },
  {
    form: '`POST /v1/open-platform/notify/chat/post-conversations`',
    section: 4,
    route: { method: 'POST', path: '/v1/open-platform/notify/chat/post-conversations' },
    means:
      'a subscription to one post’s text messages at a URL of its own, with the older payload `CHAT_MESSAGE`',
    tests: [
      server(
        'events/post-conversations.test.ts',
        '§4 the older subscription: notify/chat/post-conversations',
      ),
    ],
  },
  {
    form: '`meta_data` of a subscription',
    section: 4,
    means: '`metadata`',
    tests: [{ file: 'packages/protocol/src/subscription.test.ts', title: 'meta_data' }],
  },
  {
    form: '`GET /oauth`',
    section: 7,
    route: { method: 'GET', path: '/oauth' },
    means: '`GET /oauth2/auth`',
    tests: [server('oauth/authorize.test.ts', '/oauth is the same page')],
  },
  {
    form: '`POST /v1/open-platform/oauth/access_token`',
    section: 7,
    route: { method: 'POST', path: '/v1/open-platform/oauth/access_token' },
    means: 'exchanges a code with an API key as the secret, and answers `expires` in unix seconds',
    tests: [server('oauth/older-exchange.test.ts', '§7 the older exchange of a code')],
  },
  {
    form: '`POST /v1/open-platform/users`',
    section: 8,
    route: { method: 'POST', path: '/v1/open-platform/users' },
    means: '`GET` of the same; a body is ignored',
    tests: [client('post-users.test.ts', '§8 a client that reads its user by POST')],
  },
  {
    form: '`POST /experimental/open-platform/chat/bot/conversations/{conversation_id}/messages`',
    section: 9,
    route: {
      method: 'POST',
      path: '/experimental/open-platform/chat/bot/conversations/:conversation_id/messages',
    },
    means: 'the same under `/v1`',
    tests: [server('conversations/chatbot.test.ts', '§9 a chatbot speaks in a conversation of its own')],
  },
  {
    form: '`POST /experimental/open-platform/chatbot-conversations/{conversation_id}/messages`',
    section: 9,
    route: {
      method: 'POST',
      path: '/experimental/open-platform/chatbot-conversations/:conversation_id/messages',
    },
    means: 'the same under `/v1/open-platform/chat/bot/conversations`',
    tests: [server('conversations/chatbot.test.ts', '§9 a chatbot speaks in a conversation of its own')],
  },
  {
    form: '`POST /experimental/open-platform/chat/bot/users/{user_id}/messages`',
    section: 9,
    route: { method: 'POST', path: '/experimental/open-platform/chat/bot/users/:user_id/messages' },
    means: 'the same under `/v1`',
    tests: [server('conversations/chatbot.test.ts', '§9 a chatbot speaks to a user')],
  },
  {
    form: '`POST /v2/open-platform/chatbot-conversations/{conversation_id}/messages`',
    section: 9,
    route: {
      method: 'POST',
      path: '/v2/open-platform/chatbot-conversations/:conversation_id/messages',
    },
    means: 'the same under `/v1/open-platform/chat/bot/conversations`',
    tests: [server('conversations/chatbot.test.ts', '§9 a chatbot speaks in a conversation of its own')],
  },
]
