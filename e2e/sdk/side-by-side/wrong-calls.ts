import { randomUUID } from 'node:crypto'

export interface Facts {
  conversationId: string
  postToken: string
  /** Of the seller, with the story's scopes. */
  token: string
  /** Of the buyer, with USER_ID alone. */
  buyerToken: string
  sellerId: string
  buyerId: string
  chatbotConversationId: string
}

export interface WrongCall {
  name: string
  method?: 'GET' | 'POST'
  path: (facts: Facts) => string
  token?: (facts: Facts) => string | undefined
  headers?: Record<string, string>
  body?: (facts: Facts) => unknown
}

const send = ({ conversationId }: Facts) => `/v2/open-platform/conversations/${conversationId}/messages`
const chatbot = ({ chatbotConversationId: id }: Facts) =>
  `/v1/open-platform/chat/bot/conversations/${id}/messages`
const nowhere = randomUUID()
const grid = (rows: unknown) => ({ message: 'hi', receiver_buttons: { rows } })
const button = (caption: string, action: unknown) => ({ caption, action })
const link = { open_direct_link: 'https://example.com/' }

/** Calls that are refused, or look as if they had to be: both marketplaces have to answer alike. */
export const WRONG_CALLS: readonly WrongCall[] = [
  { name: 'no key', path: send, headers: { 'x-api-key': '' }, body: () => ({ message: 'hi' }) },
  {
    name: 'an unknown key',
    path: send,
    headers: { 'x-api-key': 'ck_unknown' },
    body: () => ({ message: 'hi' }),
  },
  { name: 'no token', path: send, token: () => undefined, body: () => ({ message: 'hi' }) },
  { name: 'an unknown token', path: send, token: () => 'ca_unknown', body: () => ({ message: 'hi' }) },
  { name: 'no scope', path: send, token: ({ buyerToken }) => buyerToken, body: () => ({ message: 'hi' }) },
  {
    name: 'no such conversation',
    path: () => send({ conversationId: nowhere } as Facts),
    body: () => ({ message: 'hi' }),
  },
  {
    name: 'no UUID',
    path: () => '/v2/open-platform/conversations/12/messages',
    body: () => ({ message: 'hi' }),
  },
  { name: 'no text', path: send, body: () => ({}) },
  { name: 'white space alone', path: send, body: () => ({ message: ' \n' }) },
  { name: 'a text that is too long', path: send, body: () => ({ message: 'x'.repeat(4097) }) },
  { name: 'a text that is a number', path: send, body: () => ({ message: 5 }) },
  { name: 'a misspelt type', path: send, body: () => ({ message: 'hi', type: 'TXT' }) },
  { name: 'a type without its file', path: send, body: () => ({ type: 'IMAGE' }) },
  { name: 'text beside a file', path: send, body: () => ({ message: 'hi', media_token: 'cm_x' }) },
  { name: 'an unknown file', path: send, body: () => ({ media_token: 'cm_nothing_here' }) },
  { name: 'not JSON', path: send, body: () => '{"message": ' },
  { name: 'a list for a body', path: send, body: () => [1, 2] },
  { name: 'NUL', path: send, body: () => ({ message: 'a\u0000b' }) },
  { name: 'half a surrogate pair', path: send, body: () => '{"message":"\\ud800"}' },
  { name: 'a body that is too large', path: send, body: () => ({ message: 'x'.repeat(300_000) }) },
  { name: 'another Content-Type', path: send, headers: { 'content-type': 'text/plain' }, body: () => 'hi' },
  {
    name: 'a form',
    path: send,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: () => 'message=hi',
  },
  { name: 'four rows', path: send, body: () => grid(Array(4).fill({ buttons: [button('a', link)] })) },
  { name: 'four buttons', path: send, body: () => grid([{ buttons: Array(4).fill(button('a', link)) }]) },
  {
    name: 'buttons of all kinds of wrong',
    path: send,
    body: () =>
      grid([
        { buttons: [button('', link), button('x'.repeat(101), { open_direct_link: 'ftp://x' })] },
        { buttons: [button('b', {}), button('c', { open_drect_link: 'https://example.com' })] },
        {
          buttons: [
            button('d', { ...link, open_post_page: { post_token: 'flat' } }),
            button('e', { open_post_page: {} }),
          ],
        },
      ]),
  },
  {
    name: 'data that is too large',
    path: send,
    body: () => grid([{ buttons: [button('a', { get_dynamic_action: { data: { x: 'y'.repeat(4100) } } })] }]),
  },
  {
    name: 'an empty Idempotency-Key',
    path: send,
    headers: { 'idempotency-key': 'k'.repeat(256) },
    body: () => ({ message: 'hi' }),
  },
  { name: 'GET where POST is served', method: 'GET', path: send },
  { name: 'an operation that nobody serves', path: () => '/v1/open-platform/posts/new', body: () => ({}) },
  { name: 'a path that is none', path: () => '/v3/nothing', body: () => ({}) },
  { name: 'a broken percent-encoding', method: 'GET', path: () => '/v1/open-platform/finder/post/%zz' },
  {
    name: 'a message of another app’s chatbot',
    path: () => chatbot({ chatbotConversationId: nowhere } as Facts),
    body: () => ({ text_message: 'hi' }),
  },
  {
    name: 'a chatbot in a chat about a post',
    path: ({ conversationId: id }) => chatbot({ chatbotConversationId: id } as Facts),
    body: () => ({ text_message: 'hi' }),
  },
  { name: 'a chatbot without words', path: chatbot, body: () => ({}) },
  {
    name: 'the person of a chatbot’s chat as sender',
    path: ({ chatbotConversationId: id }) => send({ conversationId: id } as Facts),
    body: () => ({ message: 'hi' }),
  },
  {
    name: 'a chatbot to a stranger',
    path: () => '/v1/open-platform/chat/bot/users/nobody/messages',
    token: () => undefined,
    body: () => ({ text_message: 'hi' }),
  },
  {
    name: 'a chatbot with another person’s token',
    path: ({ buyerId }) => `/v1/open-platform/chat/bot/users/${buyerId}/messages`,
    body: () => ({ text_message: 'hi' }),
  },
  {
    name: 'a chatbot to somebody who did not allow it',
    path: ({ sellerId }) => `/v1/open-platform/chat/bot/users/${sellerId}/messages`,
    body: () => ({ text_message: 'hi' }),
  },
  {
    name: 'reading without the scope',
    method: 'GET',
    path: ({ conversationId: id }) => `/v1/open-platform/chat/conversations/${id}`,
  },
  {
    name: 'a subscription to nothing',
    path: () => '/v1/open-platform/events/subscriptions',
    body: () => ({}),
  },
  {
    name: 'a misspelt event',
    path: () => '/v1/open-platform/events/subscriptions',
    body: () => ({ event_type: 'NEW_MESSAGE' }),
  },
  {
    name: 'an event without subscription',
    path: () => '/v1/open-platform/events/subscriptions',
    body: () => ({ event_type: 'NEW_CHATBOT_MESSAGE' }),
  },
  {
    name: 'all posts without the scope',
    path: () => '/v1/open-platform/events/subscriptions',
    body: () => ({ event_type: 'NEW_MESSAGE_ON_POST' }),
  },
  {
    name: 'another post',
    path: () => '/v1/open-platform/events/subscriptions',
    body: () => ({ event_type: 'NEW_MESSAGE_ON_POST', event_resource_id: 'other' }),
  },
  {
    name: 'changes without the scope',
    path: () => '/v1/open-platform/events/subscriptions',
    token: ({ buyerToken }) => buyerToken,
    body: () => ({ event_type: 'POST_UPDATE' }),
  },
  {
    name: 'changes of a post of nobody',
    path: () => '/v1/open-platform/events/subscriptions',
    body: () => ({ event_type: 'POST_UPDATE', event_resource_id: 'other' }),
  },
  {
    name: 'metadata that is a text',
    path: () => '/v1/open-platform/events/subscriptions',
    body: () => ({ event_type: 'POST_UPDATE', metadata: 'x' }),
  },
  { name: 'an empty notice', path: () => '/experimental/open-platform/events/send' },
  {
    name: 'a notice without the scope',
    path: () => '/experimental/open-platform/events/send?message=hello',
    token: ({ buyerToken }) => buyerToken,
  },
  {
    name: 'a notice to somebody else',
    path: ({ buyerId }) =>
      `/experimental/open-platform/events/send?message=hello&target_resource_id=${buyerId}`,
  },
  {
    name: 'a notice on a post of nobody',
    path: () =>
      '/experimental/open-platform/events/send?message=hello&target_type=POST&target_resource_id=other',
  },
  {
    name: 'a notice whose query and body differ',
    path: () => '/experimental/open-platform/events/send?message=hello',
    body: () => ({ message: 'bye' }),
  },
  {
    name: 'a notice’s button with a short title',
    path: () => '/experimental/open-platform/events/send',
    body: () => ({ primary_button: { title: 'Go', action: link } }),
  },
  {
    name: 'a user without a scope to know them',
    method: 'GET',
    path: () => '/v1/open-platform/users',
    token: ({ token }) => token,
  },
  { name: 'no such post', method: 'GET', path: () => '/v1/open-platform/finder/post/nothing' },
  { name: 'no post token', method: 'GET', path: () => '/v1/open-platform/finder/post/a-b' },
  {
    name: 'posts without the scope',
    method: 'GET',
    path: () => '/v1/open-platform/finder/user-posts',
    token: ({ buyerToken }) => buyerToken,
  },
  { name: 'a post of somebody else', method: 'GET', path: () => '/v1/open-platform/user-post/other' },
  {
    name: 'a phone number that is none',
    path: () => '/v1/open-platform/get-user-id-by-phone',
    body: () => ({ phone: 'abc' }),
  },
  {
    name: 'a phone number of nobody',
    path: () => '/v1/open-platform/get-user-id-by-phone',
    body: () => ({ phone: '09121234567' }),
  },
  {
    name: 'a search with a min above its max',
    path: () => '/v2/open-platform/finder/post',
    body: () => ({ query: { size: { min: 5, max: 4 } } }),
  },
  {
    name: 'an upload without a token',
    path: () => '/upload/image',
    headers: { authorization: '' },
    token: () => undefined,
  },
]
