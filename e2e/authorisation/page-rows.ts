import { publicRow } from './public-rows.ts'
import type { Row } from './row.ts'
import { type Refusals, userRow } from './session-callers.ts'

/** Strangers are led to log in, wherever that is now, and come back. */
const toLogin = (back: string): Refusals => ({
  noSession: { answer: '302', says: [encodeURIComponent(back)] },
  crossOrigin: { answer: '403' },
})

/** The same document for everybody who is logged in: who may see what on it, the rows of the APIs say. */
const DOCUMENT = { answer: '200', says: ['<!doctype html>', 'charsu-start'] }

const pageRow = (path: string, operation: string, aliases: readonly string[] = []): Row =>
  userRow({
    method: 'GET',
    path,
    aliases,
    operation,
    sent: (_, { conversationId }) => ({ params: { conversation_id: conversationId } }),
    works: DOCUMENT,
    otherUser: DOCUMENT,
    blacklisted: DOCUMENT,
    refusals: toLogin(path),
  })

/** What browsers open. */
export const pageRows: readonly Row[] = [
  userRow({
    method: 'GET',
    path: '/chat/addon_:slug',
    operation: 'Chat_OpenChatbot',
    sent: ({ app }) => ({ params: { slug: app.slug } }),
    works: { answer: '302', says: ['/chat/'], hides: [encodeURIComponent('/chat/')] },
    otherUser: { answer: '302', says: ['/chat/'] },
    blacklisted: { answer: '302', says: ['/chat/'] },
    refusals: toLogin('/chat/'),
  }),
  pageRow('/chat', 'Page_Chat', ['/chat/:conversation_id']),
  pageRow('/notices', 'Page_Notices'),
  pageRow('/connected-apps', 'Page_ConnectedApps'),
  pageRow('/blocked', 'Page_Blocked'),
  pageRow('/console', 'Page_Console', ['/console/*']),
  pageRow('/operator', 'Page_Operator', ['/operator/*']),
  publicRow({
    method: 'GET',
    path: '/',
    operation: 'Page_Start',
    sent: () => ({}),
    works: DOCUMENT,
  }),
  publicRow({
    method: 'GET',
    path: '/login',
    operation: 'Page_Login',
    sent: () => ({ query: '?return_to=%2Fnotices' }),
    works: { answer: '302', says: ['%2Fnotices'] },
  }),
  publicRow({
    method: 'GET',
    path: '/assets/:file',
    operation: 'Page_Asset',
    sent: () => ({ params: { file: 'sample-5ampleJs.js' } }),
    works: { answer: '200', says: ['a sample'] },
  }),
  publicRow({
    method: 'GET',
    path: '/fonts/:file',
    operation: 'Page_Font',
    sent: () => ({ params: { file: 'vazirmatn-arabic.woff2' } }),
    works: { answer: '200' },
  }),
  publicRow({
    method: 'HEAD',
    path: '/assets/:file',
    operation: 'Page_Asset-head',
    sent: () => ({ params: { file: 'sample-5ampleJs.js' } }),
    works: { answer: '200' },
  }),
]
