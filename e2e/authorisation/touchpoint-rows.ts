import { addApp, addPost, type UserFixture } from '../../packages/server/testing/marketplace-fixture.ts'
import { hostRow } from './host-callers.ts'
import { OK, type Row } from './row.ts'
import { developerRow, type Refusals, userRow } from './session-callers.ts'
import type { Party, World } from './world.ts'

const TO_LOGIN: Refusals = {
  noSession: { answer: '302', says: ['/dev/login?return_to='] },
  crossOrigin: { answer: '403' },
}
const AS_PAGE: Refusals = { noSession: { answer: '401' }, crossOrigin: { answer: '403' } }
const NOT_YOURS = { answer: '404 5 POST_UNKNOWN' }
const FALLBACK = 'https://app.example/start'

/** An app of its own, so that no other row sees it. */
async function appAt({ node, developer }: World, operation: 'LOAD_WEBVIEW_DIRECT_LINK' | 'START_CHAT_BOT') {
  const app = await addApp(node.db, developer.id)
  const fallback_url = operation === 'LOAD_WEBVIEW_DIRECT_LINK' ? FALLBACK : null
  const place = { app_id: app.id, touchpoint: 'MY_POST', operation, fallback_url }
  await node.db.insertInto('app_touchpoints').values(place).execute()
  return app
}

const atPost = ({ post }: Party) => ({ touchpoint: 'MY_POST', post_token: post.token })

const developmentPost = async ({ node }: World, developer: UserFixture) => ({
  params: { post_token: (await addPost(node.db, developer.id)).token },
})

/** Apps offered in the host's pages, and posts to try them on. */
export const touchpointRows: readonly Row[] = [
  userRow({
    method: 'GET',
    path: '/open/:slug',
    operation: 'Touchpoint_Open',
    records: 'clicks',
    sent: async (world, party) => ({
      params: { slug: (await appAt(world, 'LOAD_WEBVIEW_DIRECT_LINK')).slug },
      query: `?${new URLSearchParams(atPost(party))}`,
    }),
    works: { answer: '302', says: [FALLBACK] },
    otherUser: { answer: '403', says: ['<!doctype html>'], hides: [FALLBACK] },
    blacklisted: { answer: '403', hides: [FALLBACK] },
    refusals: TO_LOGIN,
  }),
  userRow({
    method: 'POST',
    path: '/open/:slug',
    operation: 'Touchpoint_Start',
    records: 'clicks',
    sent: async (world, party) => ({
      params: { slug: (await appAt(world, 'START_CHAT_BOT')).slug },
      form: atPost(party),
    }),
    works: { answer: '302', says: ['/chat/addon_'] },
    otherUser: { answer: '403', hides: ['/chat/addon_'] },
    blacklisted: { answer: '403', hides: ['/chat/addon_'] },
    refusals: AS_PAGE,
  }),
  hostRow({
    method: 'GET',
    path: '/host/v1/touchpoints/:touchpoint',
    operation: 'Host_ListTouchpointApps',
    sent: ({ party }) => ({ params: { touchpoint: 'MY_POST' }, query: `?post_token=${party.post.token}` }),
    works: { answer: '200', says: ['"apps":['] },
  }),
  developerRow({
    method: 'GET',
    path: '/console/v1/development-posts',
    operation: 'Console_ListDevelopmentPosts',
    sent: () => ({}),
    works: OK,
    otherDeveloper: { answer: '200', says: ['"posts":[]'] },
  }),
  developerRow({
    method: 'POST',
    path: '/console/v1/development-posts',
    operation: 'Console_CopyPost',
    sent: ({ party }) => ({ body: { post_token: party.post.token } }),
    works: { answer: '200', says: ['"token":"dev_'] },
    otherDeveloper: OK,
  }),
  developerRow({
    method: 'POST',
    path: '/console/v1/development-posts/:post_token/retire',
    operation: 'Console_RetireDevelopmentPost',
    sent: developmentPost,
    works: { answer: '200', says: ['"state":"RETIRED"'] },
    otherDeveloper: NOT_YOURS,
  }),
]
