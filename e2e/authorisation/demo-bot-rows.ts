import { localRow } from './local-rows.ts'
import { publicRow } from './public-rows.ts'
import type { Row } from './row.ts'

/** What an app refuses to whoever does not have its key is the app's own word, and no error of the platform. */
const STRANGER = { answer: '401', says: ['key'] }

export const demoBotRows: readonly Row[] = [
  localRow({
    method: 'GET',
    path: '/dev/v1/demo-bot',
    operation: 'Development_GetDemoBot',
    sent: () => ({}),
    works: { answer: '200', says: ['"slug":"demo-bot"'], hides: ['ca_', 'cr_', 'ck_'] },
  }),
  localRow({
    method: 'PUT',
    path: '/dev/v1/demo-bot',
    operation: 'Development_SwitchDemoBot',
    sent: () => ({ body: { enabled: false } }),
    works: { answer: '200', says: ['"enabled":false'] },
    more: [
      {
        caller: 'who says neither on nor off',
        sent: () => ({ body: {} }),
        expected: { answer: '400 3 INVALID_FIELDS', says: ['enabled'] },
      },
    ],
  }),
  ...(['events', 'sessions', 'actions'] as const).map((name) =>
    publicRow({
      method: 'POST',
      path: `/dev/demo-bot/${name}`,
      operation: `DemoBot_${name[0]?.toUpperCase()}${name.slice(1)}`,
      sent: () => ({ body: { type: 'NEW_MESSAGE' } }),
      works: STRANGER,
    }),
  ),
  publicRow({
    method: 'GET',
    path: '/dev/demo-bot',
    operation: 'DemoBot_About',
    sent: () => ({}),
    works: { answer: '200', says: ['demo bot'], hides: ['ck_', 'cx_'] },
  }),
  publicRow({
    method: 'GET',
    path: '/dev/demo-bot/connect',
    operation: 'DemoBot_Connect',
    sent: () => ({ query: '?post_token=demo_flat' }),
    works: { answer: '302', says: ['/oauth2/auth?', 'client_id=demo-bot'] },
  }),
  publicRow({
    method: 'GET',
    path: '/dev/demo-bot/callback',
    operation: 'DemoBot_Callback',
    sent: () => ({ query: '?code=cc_unknown&state=unknown' }),
    works: { answer: '400' },
  }),
  publicRow({
    method: 'GET',
    path: '/dev/demo-bot/visits/:ticket',
    operation: 'DemoBot_Visits',
    sent: () => ({ params: { ticket: 'guessed' } }),
    works: { answer: '404' },
  }),
]
