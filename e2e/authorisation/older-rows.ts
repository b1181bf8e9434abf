import { tokenRow } from './app-callers.ts'
import { bearer, OK, type Row, withHeaders } from './row.ts'
import { addToken, olderNames, type Party } from './world.ts'

const olderMessage = ({ post }: Party, { seller, buyer }: Party['older']) => ({
  body: { user_id: seller, peer_id: buyer, post_token: post.token, message: 'hello' },
})

const sendToPeerRow = tokenRow({
  method: 'POST',
  path: '/v2/open-platform/chat/conversation',
  operation: 'ChatAPI_SendMessageToPeer',
  permission: 'CHAT_SEND_MESSAGE_OAUTH',
  sent: (_, party) => olderMessage(party, party.older),
  scopes: ({ conversationId, post, older }) => [
    older.scope,
    `CONVERSATION_SEND_MESSAGE.${conversationId}`,
    `CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${post.token}`,
    'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND',
  ],
  works: { answer: '200', says: ['"status":200', '"message":"success"'] },
  otherUser: () => ({ answer: '403 7 NOT_THE_TOKENS_USER', says: ['user_id is not the token’s user'] }),
  blacklisted: { answer: '412 9 RECIPIENT_RESTRICTED', says: ["recipient's restriction"] },
})

/** Another app knows the same people by other ids. */
const withIdsOfItsOwn: Row = {
  ...sendToPeerRow,
  cells: sendToPeerRow.cells.map((cell) =>
    cell.caller !== 'production app with a scope that is not approved'
      ? cell
      : {
          caller: cell.caller,
          sent: async (world) => {
            const { party, scopelessApp } = world
            const names = olderNames(scopelessApp.id, party)
            const token = await addToken(world, scopelessApp, party.seller, { scopes: [names.scope] })
            return withHeaders(olderMessage(party, names), {
              'x-api-key': scopelessApp.key,
              ...bearer(token),
            })
          },
          expected: ({ party, scopelessApp }) => {
            const { scope } = olderNames(scopelessApp.id, party)
            return { answer: '403 7 SCOPE_MISSING', says: [`"scope":"${scope}"`] }
          },
        },
  ),
}

/** Older forms of what apps call, with rules of their own (wire contract §2 and §4). */
export const olderRows: readonly Row[] = [
  withIdsOfItsOwn,
  tokenRow({
    method: 'POST',
    path: '/v1/open-platform/notify/chat/post-conversations',
    operation: 'Notify_RegisterPostConversations',
    permission: 'EVENTS_REGISTER_SUBSCRIPTION',
    sent: (_, { post }) => ({
      body: { post_token: post.token, endpoint: 'http://127.0.0.1:9/older', identification_key: 'key' },
    }),
    scopes: ({ post }) => [`CHAT_POST_CONVERSATIONS_READ.${post.token}`],
    works: OK,
    otherUser: ({ party: { post } }) => ({
      answer: '403 7 POST_NOT_OWNED',
      says: [`the post ${post.token} is none of the user’s`],
    }),
    blacklisted: OK,
  }),
]
