import { OK, type Row } from './row.ts'
import { type Refusals, userRow } from './session-callers.ts'
import { addMessage, type Party } from './world.ts'

/** Strangers are led to log in, wherever that is now, and come back. */
const BACK_TO_CHAT = '%2Fchat%2F'
const TO_LOGIN: Refusals = {
  noSession: { answer: '302', says: [BACK_TO_CHAT] },
  crossOrigin: { answer: '403' },
}
const AS_PAGE: Refusals = { noSession: { answer: '401' }, crossOrigin: { answer: '403' } }

const NOT_YOURS = { answer: '404', says: ['<!doctype html>'] }
const PAGE = '/chat/:conversation_id'
const ofConversation = ({ conversationId }: Party) => ({ params: { conversation_id: conversationId } })

/** The chat on plain pages, which browsers open. */
export const chatPageRows: readonly Row[] = [
  userRow({
    method: 'GET',
    path: '/chat/addon_:slug',
    operation: 'Chat_OpenChatbot',
    sent: ({ app }) => ({ params: { slug: app.slug } }),
    works: { answer: '302', says: ['/chat/'], hides: [BACK_TO_CHAT] },
    otherUser: { answer: '302', says: ['/chat/'] },
    blacklisted: { answer: '302', says: ['/chat/'] },
    refusals: TO_LOGIN,
  }),
  userRow({
    method: 'GET',
    path: PAGE,
    operation: 'Chat_Page',
    sent: (_, party) => ofConversation(party),
    works: { answer: '200', says: ['<!doctype html>'] },
    otherUser: NOT_YOURS,
    blacklisted: OK,
    refusals: TO_LOGIN,
  }),
  userRow({
    method: 'POST',
    path: PAGE,
    operation: 'Chat_Write',
    sent: (_, party) => ({ ...ofConversation(party), form: { text: 'hello' } }),
    works: { answer: '302', says: ['#write'] },
    otherUser: NOT_YOURS,
    blacklisted: { answer: '412' },
    refusals: AS_PAGE,
  }),
  userRow({
    method: 'POST',
    path: `${PAGE}/click`,
    operation: 'Chat_Click',
    sent: async (world, party) => ({
      ...ofConversation(party),
      form: { message_id: await addMessage(world, party), row: '0', column: '0' },
    }),
    works: { answer: '302', says: ['https://app.example/'] },
    otherUser: NOT_YOURS,
    blacklisted: { answer: '200', hides: ['https://app.example/'] },
    refusals: AS_PAGE,
  }),
]
