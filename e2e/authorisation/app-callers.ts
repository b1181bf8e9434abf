import { newSecret } from '../../packages/server/src/ids.ts'
import {
  ALL_PERMISSIONS,
  type AppFixture,
  type UserFixture,
} from '../../packages/server/testing/marketplace-fixture.ts'
import type { Expected, Sent } from './outcome.ts'
import { bearer, type Cell, type Row, withHeaders } from './row.ts'
import { addKey, addToken, type Party, type TokenState, type World } from './world.ts'

const NO_KEY: Expected = { answer: '401 16 API_KEY_MISSING', says: ['X-Api-Key'] }
const UNKNOWN_KEY: Expected = { answer: '401 16 API_KEY_UNKNOWN', says: ['X-Api-Key', 'revoked'] }
const NO_TOKEN: Expected = {
  answer: '401 16 ACCESS_TOKEN_MISSING',
  says: ['Authorization: Bearer', 'X-Access-Token'],
}
export const UNKNOWN_TOKEN: Expected = { answer: '401 16 ACCESS_TOKEN_UNKNOWN', says: ['/oauth2/auth'] }
export const EXPIRED_TOKEN: Expected = { answer: '401 16 ACCESS_TOKEN_EXPIRED', says: ['/oauth2/token'] }
export const OTHER_APP: Expected = { answer: '401 16 ACCESS_TOKEN_OF_ANOTHER_APP', says: ['another app'] }

const noPermission = (permission: string): Expected => ({
  answer: '403 7 PERMISSION_MISSING',
  says: [`the API key lacks the permission ${permission}:`, `"permission":"${permission}"`],
})

/** Named whole, to its last character. */
const noScope = (scope: string): Expected => ({
  answer: '403 7 SCOPE_MISSING',
  says: [`has not granted ${scope}`, `"scope":"${scope}"`],
})

interface KeyRow extends Omit<Row, 'cells'> {
  permission: string
  sent: (world: World) => Sent
  works: Expected
  /** To the key of another app, where what is asked for is the app's own. */
  otherApp?: Expected
}

/** Operations for which an app's key is enough (wire contract §1). */
export const keyRow = ({ permission, sent, works, otherApp = works, ...operation }: KeyRow): Row => ({
  ...operation,
  cells: [
    ...keyCells(permission, sent),
    { caller: 'key', sent: (w) => withHeaders(sent(w), { 'x-api-key': w.app.key }), expected: works },
    {
      caller: 'key of another app',
      sent: (w) => withHeaders(sent(w), { 'x-api-key': w.otherApp.key }),
      expected: otherApp,
    },
    {
      caller: 'key with this permission alone',
      sent: async (w) => {
        const { key } = await addKey(w, w.app, { permissions: [permission] })
        return withHeaders(sent(w), { 'x-api-key': key })
      },
      expected: works,
    },
  ],
})

interface TokenRow extends Omit<Row, 'cells'> {
  permission: string
  sent: (world: World, party: Party) => Sent
  /** Each of them alone is enough for the party's seller; the first is the one that is named when it is missing. */
  scopes: (party: Party) => readonly [string, ...string[]]
  works: Expected
  /** To somebody who takes no part, with a token that carries the very same scopes. */
  otherUser: (world: World) => Expected
  blacklisted: Expected
}

/** Operations for an app's key with a user's token (wire contract §1). */
export function tokenRow({
  permission,
  sent,
  scopes,
  works,
  otherUser,
  blacklisted,
  ...operation
}: TokenRow): Row {
  const asKey = (w: World, headers: Record<string, string>): Sent => withHeaders(sent(w, w.party), headers)
  const withToken =
    (app: (w: World) => AppFixture, state?: TokenState) =>
    async (w: World): Promise<Sent> => {
      const token = await addToken(w, app(w), w.party.seller, {
        scopes: scopes(w.party),
        ...(state && { state }),
      })
      return asKey(w, { 'x-api-key': w.app.key, ...bearer(token) })
    }
  const asUser =
    (who: (w: World) => UserFixture, party: (w: World) => Party, only?: readonly string[]) =>
    async (w: World): Promise<Sent> => {
      const token = await addToken(w, w.app, who(w), { scopes: only ?? scopes(party(w)) })
      return withHeaders(sent(w, party(w)), { 'x-api-key': w.app.key, ...bearer(token) })
    }
  const theApp = (w: World): AppFixture => w.app
  const seller = (w: World): UserFixture => w.party.seller
  const party = (w: World): Party => w.party
  const alternatives = scopes(ANY_PARTY).map((name, i) => ({
    caller: `with ${name.split('.', 1)} alone`,
    sent: async (w: World) => asUser(seller, party, [scopes(w.party)[i] ?? ''])(w),
    expected: works,
  }))

  return {
    ...operation,
    cells: [
      ...keyCells(permission, (w) => sent(w, w.party)),
      { caller: 'key only', sent: (w) => asKey(w, { 'x-api-key': w.app.key }), expected: NO_TOKEN },
      {
        caller: 'key and an empty token',
        sent: (w) => asKey(w, { 'x-api-key': w.app.key, authorization: 'Bearer ', 'x-access-token': '' }),
        expected: NO_TOKEN,
      },
      {
        caller: 'key and an unknown token',
        sent: (w) => asKey(w, { 'x-api-key': w.app.key, ...bearer(newSecret('ca')) }),
        expected: UNKNOWN_TOKEN,
      },
      {
        caller: 'key as token',
        sent: (w) => asKey(w, { 'x-api-key': w.app.key, ...bearer(w.app.key) }),
        expected: UNKNOWN_TOKEN,
      },
      {
        caller: 'host key as token',
        sent: (w) => asKey(w, { 'x-api-key': w.app.key, ...bearer(w.node.hostKey) }),
        expected: UNKNOWN_TOKEN,
      },
      {
        caller: 'key and a session',
        sent: (w) => asKey(w, { 'x-api-key': w.app.key, cookie: w.party.seller.cookie }),
        expected: NO_TOKEN,
      },
      { caller: 'token of another app', sent: withToken((w) => w.otherApp), expected: OTHER_APP },
      {
        caller: 'key of another app',
        sent: async (w) => withHeaders(await withToken(theApp)(w), { 'x-api-key': w.otherApp.key }),
        expected: OTHER_APP,
      },
      { caller: 'expired token', sent: withToken(theApp, 'expired'), expected: EXPIRED_TOKEN },
      { caller: 'revoked token', sent: withToken(theApp, 'revoked'), expected: UNKNOWN_TOKEN },
      {
        caller: 'token of a revoked grant',
        sent: withToken(theApp, 'grant revoked'),
        expected: UNKNOWN_TOKEN,
      },
      {
        caller: 'without scope',
        sent: asUser(seller, party, []),
        expected: (w) => noScope(scopes(w.party)[0]),
      },
      {
        caller: 'with every scope but the right ones',
        sent: async (w) => asUser(seller, party, UNRELATED.filter(isNone(scopes(w.party))))(w),
        expected: (w) => noScope(scopes(w.party)[0]),
      },
      {
        caller: 'with scopes of another resource',
        sent: async (w) => asUser(seller, party, scopes(w.bannedParty).filter(isNone(scopes(w.party))))(w),
        expected: (w) => noScope(scopes(w.party)[0]),
      },
      {
        caller: 'production app with a scope that is not approved',
        sent: async (w) => {
          const token = await addToken(w, w.scopelessApp, w.party.seller, { scopes: scopes(w.party) })
          return asKey(w, { 'x-api-key': w.scopelessApp.key, ...bearer(token) })
        },
        expected: (w) => noScope(scopes(w.party)[0]),
      },
      { caller: 'token of another user', sent: asUser((w) => w.stranger, party), expected: otherUser },
      {
        caller: 'token of a blacklisted user',
        sent: asUser(
          (w) => w.bannedParty.seller,
          (w) => w.bannedParty,
        ),
        expected: blacklisted,
      },
      ...alternatives,
      {
        caller: 'with scope, as X-Access-Token',
        sent: async (w) => {
          const token = await addToken(w, w.app, w.party.seller, { scopes: scopes(w.party) })
          return asKey(w, { 'X-API-KEY': w.app.key, 'x-access-token': token })
        },
        expected: works,
      },
    ],
  }
}

/** For the names of scopes, whatever they are of. */
const ANY_PARTY: Party = {
  seller: { id: '', hostId: '', cookie: '' },
  buyer: { id: '', hostId: '', cookie: '' },
  post: { id: '', token: '' },
  conversationId: '',
  older: { seller: '', buyer: '', scope: 'CHAT_MESSAGE_SEND.' },
}

const UNRELATED = [
  'CHAT_CONVERSATION_READ.00000000-0000-4000-8000-000000000000',
  'CONVERSATION_SEND_MESSAGE.00000000-0000-4000-8000-000000000000',
  'CHAT_POST_CONVERSATIONS_MESSAGE_SEND.another',
  'CHAT_POST_CONVERSATIONS_READ.another',
  'SEND_EVENT',
  'USER_ID',
  'USER_PHONE',
  'USER_POSTS_GET',
  'offline_access',
]

const isNone =
  (names: readonly string[]) =>
  (name: string): boolean =>
    !names.includes(name)

/** The callers that are refused for their key, whatever else they hold. */
export const keyCells = (permission: string, sent: (w: World) => Sent): Cell[] => [
  { caller: 'none', sent, expected: NO_KEY },
  { caller: 'empty key', sent: (w) => withHeaders(sent(w), { 'x-api-key': '' }), expected: NO_KEY },
  { caller: 'host key', sent: (w) => withHeaders(sent(w), bearer(w.node.hostKey)), expected: NO_KEY },
  {
    caller: 'session',
    sent: (w) => withHeaders(sent(w), { cookie: w.developer.cookie }),
    expected: NO_KEY,
  },
  {
    caller: 'unknown key',
    sent: (w) => withHeaders(sent(w), { 'x-api-key': newSecret('ck') }),
    expected: UNKNOWN_KEY,
  },
  {
    caller: 'host key as key',
    sent: (w) => withHeaders(sent(w), { 'x-api-key': w.node.hostKey }),
    expected: UNKNOWN_KEY,
  },
  {
    caller: 'client secret as key',
    sent: (w) => withHeaders(sent(w), { 'x-api-key': w.app.clientSecret }),
    expected: UNKNOWN_KEY,
  },
  {
    caller: 'revoked key',
    sent: async (w) => {
      const { key } = await addKey(w, w.app, { permissions: [permission], revoked: true })
      return withHeaders(sent(w), { 'x-api-key': key })
    },
    expected: UNKNOWN_KEY,
  },
  {
    caller: 'key without permission',
    sent: async (w) => {
      const others = ALL_PERMISSIONS.filter((name) => name !== permission)
      const { key } = await addKey(w, w.app, { permissions: others })
      return withHeaders(sent(w), { 'x-api-key': key })
    },
    expected: noPermission(permission),
  },
  {
    caller: 'key of a production app whose permission is not approved',
    sent: (w) => withHeaders(sent(w), { 'x-api-key': w.unapprovedApp.key }),
    expected: noPermission(permission),
  },
]
