import { localRow } from './local-rows.ts'
import { OK, type Row } from './row.ts'
import type { World } from './world.ts'

const UNKNOWN = {
  caller: 'for an app that is not there',
  sent: () => ({ params: { slug: 'nobodys' }, body: {} }),
  expected: { answer: '404 5 APP_UNKNOWN', says: ['PUT /dev/v1/apps/nobodys'] },
}
const unknownRead = { ...UNKNOWN, sent: () => ({ params: { slug: 'nobodys' } }) }

const ofApp = (w: World) => ({ params: { slug: w.app.slug } })

export const faultRows: readonly Row[] = [
  localRow({
    method: 'GET',
    path: '/dev/v1/apps/:slug/faults',
    operation: 'Development_GetFaults',
    sent: ofApp,
    works: { answer: '200', says: ['"down":false'] },
    more: [unknownRead],
  }),
  localRow({
    method: 'PUT',
    path: '/dev/v1/apps/:slug/faults',
    operation: 'Development_SetFaults',
    sent: (w) => ({ ...ofApp(w), body: {} }),
    works: { answer: '200', says: ['"down":false'] },
    more: [
      UNKNOWN,
      {
        caller: 'for a fault that is none',
        sent: (w) => ({ ...ofApp(w), body: { slow: true } }),
        expected: { answer: '400 3 INVALID_FIELDS', says: ['slow', 'delay_ms'] },
      },
    ],
  }),
  localRow({
    method: 'GET',
    path: '/dev/v1/apps/:slug/queue',
    operation: 'Development_GetQueue',
    sent: ofApp,
    works: { answer: '200', says: ['"breaker":"'] },
    more: [unknownRead],
  }),
  localRow({
    method: 'POST',
    path: '/dev/v1/apps/:slug/queue/drain',
    operation: 'Development_DrainQueue',
    sent: ofApp,
    works: { answer: '200', says: ['"made_due":'] },
    more: [unknownRead],
  }),
  localRow({
    method: 'POST',
    path: '/dev/v1/apps/:slug/consents',
    operation: 'Development_GiveConsent',
    sent: async (w) => ({ ...ofApp(w), body: { user: await hostIdOf(w), scopes: ['USER_ID'] } }),
    works: { answer: '200', says: ['"access_token":"ca_'] },
    more: [
      {
        ...UNKNOWN,
        sent: async (w) => ({
          params: { slug: 'nobodys' },
          body: { user: await hostIdOf(w), scopes: ['USER_ID'] },
        }),
      },
      {
        caller: 'of a person who is not there',
        sent: (w) => ({ ...ofApp(w), body: { user: 'nobody', scopes: ['USER_ID'] } }),
        expected: { answer: '404 5 USER_UNKNOWN', hides: ['ca_'] },
      },
      {
        caller: 'for a post that is somebody else’s',
        sent: async (w) => ({
          ...ofApp(w),
          body: { user: await hostIdOf(w), scopes: [`CHAT_POST_CONVERSATIONS_READ.${w.party.post.token}`] },
        }),
        expected: { answer: '400 3 INVALID_FIELDS', says: ['scopes'], hides: ['ca_'] },
      },
    ],
  }),
  localRow({
    method: 'POST',
    path: '/dev/v1/apps/:slug/tokens/expire',
    operation: 'Development_ExpireTokens',
    // Of one who gave none, for the tables have use for the others.
    sent: async (w) => ({ ...ofApp(w), body: { user: await hostIdOf(w) } }),
    works: { ...OK, says: ['"expired":'] },
    more: [UNKNOWN],
  }),
]

/** Of somebody who has nothing to do with the app. */
async function hostIdOf({ node, stranger }: World): Promise<string> {
  const { host_id } = await node.db
    .selectFrom('users')
    .select('host_id')
    .where('id', '=', stranger.id)
    .executeTakeFirstOrThrow()
  return host_id
}
