import { hashSecret, newSecret } from '../../packages/server/src/ids.ts'
import type { UserFixture } from '../../packages/server/testing/marketplace-fixture.ts'
import type { Expected, Sent } from './outcome.ts'
import { bearer, type Cell, OK, type Row, withHeaders } from './row.ts'
import { AS_JSON, fromPages, strangers } from './session-callers.ts'
import type { World } from './world.ts'

interface PublicRow extends Omit<Row, 'cells'> {
  sent: (world: World) => Sent
  works: Expected
}

/** Operations that answer everybody alike, whatever credentials come along. */
export const publicRow = ({ sent, works, ...operation }: PublicRow): Row => {
  const cell = (caller: string, headers: (w: World) => Record<string, string>): Cell => ({
    caller,
    sent: (w) => withHeaders(sent(w), headers(w)),
    expected: works,
  })
  return {
    ...operation,
    cells: [
      cell('none', () => ({})),
      cell('unknown key and token', () => ({ 'x-api-key': newSecret('ck'), ...bearer(newSecret('ca')) })),
      cell('key', (w) => ({ 'x-api-key': w.app.key })),
      cell('host key', (w) => bearer(w.node.hostKey)),
      cell('unknown session', () => ({ cookie: `charsu_session=${newSecret('cs')}` })),
      cell('session', (w) => ({ cookie: w.developer.cookie })),
      cell('blacklisted user', (w) => ({ cookie: w.bannedParty.seller.cookie })),
    ],
  }
}

async function addLoginLink(
  { node, stranger }: World,
  life: { seconds?: number; used?: boolean } = {},
): Promise<Sent> {
  const { seconds = 300, used = false } = life
  const secret = newSecret('cl')
  await node.db
    .insertInto('login_links')
    .values({
      hash: hashSecret(secret),
      user_id: stranger.id,
      return_to: '/chat',
      expires_at: new Date(Date.now() + seconds * 1_000),
      used_at: used ? new Date() : null,
    })
    .execute()
  return { params: { secret } }
}

const loginRow: Row = {
  method: 'GET',
  path: '/login/:secret',
  operation: 'Login',
  cells: [
    {
      caller: 'unknown link',
      sent: () => ({ params: { secret: newSecret('cl') } }),
      expected: { answer: '404' },
    },
    {
      caller: 'session secret as link',
      sent: ({ party }) => ({ params: { secret: party.seller.cookie.split('=')[1] ?? '' } }),
      expected: { answer: '404' },
    },
    { caller: 'used link', sent: (w) => addLoginLink(w, { used: true }), expected: { answer: '410' } },
    { caller: 'expired link', sent: (w) => addLoginLink(w, { seconds: -1 }), expected: { answer: '410' } },
    { caller: 'link', sent: (w) => addLoginLink(w), expected: { answer: '302', says: ['/chat'] } },
    {
      caller: 'link, with the session of another',
      sent: async (w) => withHeaders(await addLoginLink(w), { cookie: w.party.seller.cookie }),
      expected: { answer: '302', says: ['/chat'] },
    },
  ],
}

/** A session of its own for each call, because the call ends it. */
async function newSession({ node }: World, user: UserFixture): Promise<Sent> {
  const secret = newSecret('cs')
  const expires_at = new Date(Date.now() + 3_600_000)
  await node.db
    .insertInto('sessions')
    .values({ hash: hashSecret(secret), user_id: user.id, expires_at })
    .execute()
  return { headers: { cookie: `charsu_session=${secret}` } }
}

const logoutRow: Row = {
  method: 'POST',
  path: '/logout',
  operation: 'Logout',
  cells: [
    ...strangers(
      () => ({}),
      (w) => w.stranger,
      AS_JSON,
    ),
    ...fromPages('POST', (w) => newSession(w, w.stranger), OK, AS_JSON),
    { caller: 'blacklisted user', sent: (w) => newSession(w, w.bannedParty.seller), expected: OK },
    { caller: 'user', sent: (w) => newSession(w, w.stranger), expected: OK },
  ],
}

/** What needs no credential, and how people come in and go out. */
export const publicRows: readonly Row[] = [
  publicRow({
    method: 'GET',
    path: '/v1/open-platform/assets/oauth-scope',
    operation: 'Assets_GetOAuthScopes',
    sent: () => ({}),
    works: { answer: '200', says: ['CONVERSATION_SEND_MESSAGE'] },
  }),
  publicRow({
    method: 'GET',
    path: '/v1/open-platform/assets/permission',
    operation: 'Assets_GetPermissions',
    sent: () => ({}),
    works: { answer: '200', says: ['CHAT_SEND_MESSAGE_OAUTH'] },
  }),
  publicRow({
    method: 'GET',
    path: '/completion',
    operation: 'Completion_Return',
    sent: () => ({}),
    works: OK,
  }),
  publicRow({
    method: 'GET',
    path: '/errors',
    operation: 'Errors_List',
    sent: () => ({ headers: { accept: 'application/json' } }),
    works: { answer: '200', says: ['"name":"API_KEY_MISSING"'] },
  }),
  publicRow({
    method: 'GET',
    path: '/errors/:reason',
    operation: 'Errors_Get',
    sent: () => ({ params: { reason: 'API_KEY_MISSING' }, headers: { accept: 'application/json' } }),
    works: { answer: '200', says: ['"name":"API_KEY_MISSING"', 'X-Api-Key'] },
  }),
  // Open to all in development; packages/server/src/observe/routes.test.ts has those whom production refuses.
  publicRow({
    method: 'GET',
    path: '/metrics',
    operation: 'Metrics',
    sent: () => ({}),
    works: { answer: '200', says: ['charsu_database_up 1'] },
  }),
  publicRow({
    method: 'GET',
    path: '/healthz',
    operation: 'Health',
    sent: () => ({}),
    works: { answer: '200', says: ['{"alive":true}'] },
  }),
  publicRow({
    method: 'GET',
    path: '/readyz',
    operation: 'Readiness',
    sent: () => ({}),
    works: { answer: '200', says: ['{"ready":true}'] },
  }),
  loginRow,
  logoutRow,
]
