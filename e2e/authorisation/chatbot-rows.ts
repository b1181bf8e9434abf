import { newSecret } from '../../packages/server/src/ids.ts'
import { addUser, type UserFixture } from '../../packages/server/testing/marketplace-fixture.ts'
import { EXPIRED_TOKEN, keyCells, keyRow, OTHER_APP, tokenRow, UNKNOWN_TOKEN } from './app-callers.ts'
import type { Expected, Sent } from './outcome.ts'
import { bearer, type Cell, OK, type Row, withHeaders } from './row.ts'
import { addToken, type TokenState, userIdOf, type World } from './world.ts'

const PERMISSION = 'CHAT_BOT_SEND_MESSAGE'
const SCOPE = 'CHAT_BOT_USER_MESSAGE_SEND'
const BODY = { text_message: 'hello' }
const SAID: Expected = { answer: '200', says: ['"conversation_id"'] }
const RESTRICTED: Expected = { answer: '412 9 RECIPIENT_RESTRICTED', says: ["recipient's restriction"] }
/** A user whom nobody can be, for calls that are refused before anybody looks. */
const NOBODY = 'A'.repeat(22)

const toUser = ({ app }: World, user: UserFixture): Sent => ({
  params: { user_id: userIdOf(app.id, user) },
  body: BODY,
})

/** Speaking to a user, with the key and whatever token comes along. */
function toUserCells(): Cell[] {
  const asKey = (w: World, user: UserFixture, headers: Record<string, string> = {}): Sent =>
    withHeaders(toUser(w, user), { 'x-api-key': w.app.key, ...headers })
  const seller = (w: World): UserFixture => w.party.seller
  const withToken =
    (of: (w: World) => World['app'], state?: TokenState) =>
    async (w: World): Promise<Sent> =>
      asKey(
        w,
        seller(w),
        bearer(await addToken(w, of(w), seller(w), { scopes: [SCOPE], ...(state && { state }) })),
      )
  return [
    ...keyCells(PERMISSION, () => ({ params: { user_id: NOBODY }, body: BODY })),
    { caller: 'key, to whom it has a conversation with', sent: (w) => asKey(w, seller(w)), expected: SAID },
    {
      caller: 'key and an empty token, to whom it has a conversation with',
      sent: (w) => asKey(w, seller(w), { authorization: 'Bearer ', 'x-access-token': '' }),
      expected: SAID,
    },
    {
      caller: 'key, to whom it has none with',
      sent: (w) => asKey(w, w.stranger),
      expected: noConversation,
    },
    {
      caller: 'key, to an id that is nobody’s',
      sent: (w) => ({ params: { user_id: NOBODY }, body: BODY, headers: { 'x-api-key': w.app.key } }),
      expected: noConversation,
    },
    {
      caller: 'key of another app, to whom it knows under another id',
      sent: (w) => withHeaders(toUser(w, seller(w)), { 'x-api-key': w.otherApp.key }),
      expected: noConversation,
    },
    {
      caller: 'with the scope, to whom it has none with',
      sent: async (w) => {
        const user = await addUser(w.node.db)
        return asKey(w, user, bearer(await addToken(w, w.app, user, { scopes: [SCOPE] })))
      },
      expected: SAID,
    },
    {
      caller: 'with every scope but the right one, to whom it has none with',
      sent: async (w) => {
        const scopes = ['CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND', 'SEND_EVENT', 'USER_ID']
        return asKey(w, w.stranger, bearer(await addToken(w, w.app, w.stranger, { scopes })))
      },
      expected: noConversation,
    },
    {
      caller: 'token of another user',
      sent: async (w) =>
        asKey(w, seller(w), bearer(await addToken(w, w.app, w.stranger, { scopes: [SCOPE] }))),
      expected: { answer: '403 7 NOT_THE_TOKENS_USER', says: ['user_id is not the token’s user'] },
    },
    {
      caller: 'token of a blacklisted user',
      sent: async (w) => {
        const user = w.bannedParty.seller
        return asKey(w, user, bearer(await addToken(w, w.app, user, { scopes: [SCOPE] })))
      },
      expected: RESTRICTED,
    },
    {
      caller: 'unknown token',
      sent: (w) => asKey(w, seller(w), bearer(newSecret('ca'))),
      expected: UNKNOWN_TOKEN,
    },
    { caller: 'token of another app', sent: withToken((w) => w.otherApp), expected: OTHER_APP },
    { caller: 'expired token', sent: withToken((w) => w.app, 'expired'), expected: EXPIRED_TOKEN },
    { caller: 'revoked token', sent: withToken((w) => w.app, 'revoked'), expected: UNKNOWN_TOKEN },
    {
      caller: 'token of a revoked grant',
      sent: withToken((w) => w.app, 'grant revoked'),
      expected: UNKNOWN_TOKEN,
    },
  ]
}

const noConversation: Expected = {
  answer: '403 7 SCOPE_MISSING',
  says: ['no conversation with this user yet', `"scope":"${SCOPE}"`],
}

/** What chatbots call (wire contract §9). */
export const chatbotRows: readonly Row[] = [
  keyRow({
    method: 'POST',
    path: '/v1/open-platform/chat/bot/conversations/:conversation_id/messages',
    aliases: [
      '/experimental/open-platform/chat/bot/conversations/:conversation_id/messages',
      '/experimental/open-platform/chatbot-conversations/:conversation_id/messages',
      '/v2/open-platform/chatbot-conversations/:conversation_id/messages',
    ],
    operation: 'ChatAPI_ChatBotSendMessage',
    permission: PERMISSION,
    sent: (w) => ({ params: { conversation_id: w.chatbotConversationId }, body: BODY }),
    works: SAID,
    otherApp: { answer: '403 7 CONVERSATION_NOT_YOURS', says: ['no conversation of this app’s chatbot'] },
  }),
  {
    method: 'POST',
    path: '/v1/open-platform/chat/bot/users/:user_id/messages',
    aliases: ['/experimental/open-platform/chat/bot/users/:user_id/messages'],
    operation: 'ChatAPI_ChatBotSendMessage2',
    cells: toUserCells(),
  },
  tokenRow({
    method: 'GET',
    path: '/v1/open-platform/chat/conversations/:conversation_id',
    operation: 'ChatAPI_GetConversation',
    permission: 'CHAT_READ_CONVERSATION',
    sent: (_, { conversationId }) => ({ params: { conversation_id: conversationId } }),
    scopes: ({ conversationId }) => [`CHAT_CONVERSATION_READ.${conversationId}`],
    works: { answer: '200', says: ['"messages"'] },
    otherUser: () => ({ answer: '403 7 NOT_A_PARTICIPANT', says: ['takes no part in this conversation'] }),
    blacklisted: OK,
  }),
]
