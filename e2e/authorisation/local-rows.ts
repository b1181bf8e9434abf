import { newId, newSecret } from '../../packages/server/src/ids.ts'
import type { Expected, Sent } from './outcome.ts'
import { bearer, type Cell, OK, type Row, withHeaders } from './row.ts'
import { addDelivery, addMessage, type World } from './world.ts'

const CROSS_ORIGIN: Expected = { answer: '403 7 CROSS_ORIGIN', says: ['another site’s page'] }

interface LocalRow extends Omit<Row, 'cells'> {
  sent: (world: World) => Sent | Promise<Sent>
  works: Expected
  more?: readonly Cell[]
}

/** Operations of the development mode: for everybody on this machine, but not at the word of another site's page. */
export const localRow = ({ sent, works, more = [], ...operation }: LocalRow): Row => {
  const cell =
    (expected: Expected) =>
    (caller: string, headers: (w: World) => Record<string, string>): Cell => ({
      caller,
      sent: async (w) => withHeaders(await sent(w), headers(w)),
      expected,
    })
  const passes = cell(works)
  const refused = cell(CROSS_ORIGIN)
  return {
    ...operation,
    cells: [
      passes('none', () => ({})),
      passes('unknown key and token', () => ({
        'x-api-key': newSecret('ck'),
        ...bearer(newSecret('ca')),
      })),
      passes('key', (w) => ({ 'x-api-key': w.app.key })),
      passes('session of somebody', (w) => ({ cookie: w.stranger.cookie })),
      passes('our own page', (w) => ({ origin: w.node.url, 'sec-fetch-site': 'same-origin' })),
      passes('address bar', () => ({ 'sec-fetch-site': 'none' })),
      refused('page of another site', () => ({ origin: 'https://evil.example' })),
      refused('page of another port of this machine', () => ({ origin: 'http://localhost:1' })),
      refused('page without an origin', () => ({ origin: 'null' })),
      refused('other site, by a tag or a link', () => ({ 'sec-fetch-site': 'cross-site' })),
      refused('other site with the host key', (w) => ({
        origin: 'https://evil.example',
        ...bearer(w.node.hostKey),
      })),
      ...more,
    ],
  }
}

export const localRows: readonly Row[] = [
  localRow({
    method: 'GET',
    path: '/dev/v1',
    operation: 'Development_Get',
    sent: () => ({}),
    works: { answer: '200', says: ['"name":"charsu"', '"host_key"'] },
  }),
  localRow({
    method: 'GET',
    path: '/dev/as/:host_id',
    operation: 'Development_AsPerson',
    sent: (w) => ({ params: { host_id: w.stranger.hostId } }),
    works: { answer: '302', says: ['/dev/as/', '/chat'] },
  }),
  localRow({
    method: 'PUT',
    path: '/dev/v1/apps/:slug',
    operation: 'Development_PutApp',
    sent: () => ({ params: { slug: 'of-this-machine' }, body: {} }),
    works: { answer: '200', says: ['"client_secret":"cx_'] },
    more: [
      {
        caller: 'for an app of somebody else',
        sent: (w) => ({ params: { slug: w.app.slug }, body: {} }),
        expected: { answer: '409 6 SLUG_TAKEN', hides: ['cx_'] },
      },
    ],
  }),
  localRow({
    method: 'POST',
    path: '/dev/v1/apps/:slug/trigger',
    operation: 'Development_TriggerApp',
    sent: (w) => ({ params: { slug: w.app.slug }, body: { call: 'event', body: { type: 'NEW_MESSAGE' } } }),
    works: { answer: '200', says: ['nothing listens at http://127.0.0.1:9'] },
    more: [
      {
        caller: 'for an app that is not there',
        sent: () => ({ params: { slug: 'nobodys' }, body: { call: 'event', body: {} } }),
        expected: { answer: '404 5 APP_UNKNOWN', says: ['PUT /dev/v1/apps/nobodys'] },
      },
      {
        caller: 'for an app without that URL',
        sent: (w) => ({ params: { slug: w.app.slug }, body: { call: 'action', body: {} } }),
        expected: { answer: '412 9 APP_URL_NOT_SET', says: ['dynamic_action_url'] },
      },
    ],
  }),
  localRow({
    method: 'POST',
    path: '/dev/v1/deliveries/:delivery_id/resend',
    operation: 'Development_ResendDelivery',
    sent: async (w) => ({ params: { delivery_id: (await addDelivery(w, w.app)).deliveryId } }),
    works: { answer: '200', says: ['"delivery_id":"'] },
    more: [
      {
        caller: 'for a delivery that is not there',
        sent: () => ({ params: { delivery_id: '999999999' } }),
        expected: { answer: '404 5 DELIVERY_NOT_FOUND', says: ['GET /dev/v1/traffic'] },
      },
    ],
  }),
  localRow({
    method: 'GET',
    path: '/dev/v1/traffic',
    operation: 'Development_ListTraffic',
    sent: () => ({}),
    works: OK,
  }),
  localRow({
    method: 'GET',
    path: '/dev/v1/traffic/stream',
    operation: 'Development_TrafficStream',
    sent: () => ({}),
    works: OK,
  }),
  localRow({
    method: 'GET',
    path: '/dev/v1/messages/:message_id/story',
    operation: 'Development_TellStory',
    sent: async (w) => ({ params: { message_id: await addMessage(w, w.party) } }),
    works: { answer: '200', says: ['"caused_by":'] },
    more: [
      {
        caller: 'for a message that is not there',
        sent: () => ({ params: { message_id: newId() } }),
        expected: { answer: '404 5 MESSAGE_UNKNOWN' },
      },
    ],
  }),
]
