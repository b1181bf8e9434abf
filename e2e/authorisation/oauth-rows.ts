import { hashSecret, newId, newSecret } from '../../packages/server/src/ids.ts'
import { authorizePath, open, ticketOf } from '../../packages/server/testing/consent-flow.ts'
import type { AppFixture } from '../../packages/server/testing/marketplace-fixture.ts'
import type { Expected, Sent } from './outcome.ts'
import type { Cell, Row } from './row.ts'
import { userRow } from './session-callers.ts'
import { addToken, livingGrant, REDIRECT_URI, type World } from './world.ts'

const INVALID_CLIENT = '401 invalid_client'
const INVALID_GRANT = '400 invalid_grant'
const SECOND = 1_000

interface Life {
  /** Seconds; negative when it is over. */
  seconds: number
  grant: 'alive' | 'revoked'
}

async function addGrantOf(world: World, app: AppFixture, grant: Life['grant']): Promise<string> {
  const user = world.party.seller
  const alive = await livingGrant(world.node.db, app.id, user.id)
  if (grant === 'alive' && alive) return alive
  const id = newId()
  const revoked_at = grant === 'revoked' ? new Date() : null
  await world.node.db
    .insertInto('grants')
    .values({ id, app_id: app.id, user_id: user.id, scopes: ['USER_ID'], revoked_at, revoked_reason: null })
    .execute()
  return id
}

async function addCode(world: World, app: AppFixture, { seconds, grant }: Life): Promise<string> {
  const code = newSecret('cc')
  await world.node.db
    .insertInto('authorization_codes')
    .values({
      hash: hashSecret(code),
      grant_id: await addGrantOf(world, app, grant),
      app_id: app.id,
      user_id: world.party.seller.id,
      redirect_uri: REDIRECT_URI,
      scopes: ['USER_ID', 'offline_access'],
      code_challenge: null,
      code_challenge_method: null,
      expires_at: new Date(Date.now() + seconds * SECOND),
    })
    .execute()
  return code
}

async function addRefreshToken(world: World, app: AppFixture, { seconds, grant }: Life): Promise<string> {
  const token = newSecret('cr')
  await world.node.db
    .insertInto('refresh_tokens')
    .values({
      id: newId(),
      hash: hashSecret(token),
      grant_id: await addGrantOf(world, app, grant),
      app_id: app.id,
      user_id: world.party.seller.id,
      scopes: ['USER_ID', 'offline_access'],
      code_hash: null,
      expires_at: new Date(Date.now() + seconds * SECOND),
    })
    .execute()
  return token
}

type Form = Record<string, string>

const ALIVE: Life = { seconds: 600, grant: 'alive' }
const OVER: Life = { seconds: -1, grant: 'alive' }
const REVOKED: Life = { seconds: 600, grant: 'revoked' }

const codeForm = async (world: World, app: AppFixture, life: Life): Promise<Form> => ({
  grant_type: 'authorization_code',
  code: await addCode(world, app, life),
  redirect_uri: REDIRECT_URI,
})
const refreshForm = async (world: World, app: AppFixture, life: Life): Promise<Form> => ({
  grant_type: 'refresh_token',
  refresh_token: await addRefreshToken(world, app, life),
})
const clientOf = ({ slug, clientSecret }: AppFixture): Form => ({
  client_id: slug,
  client_secret: clientSecret,
})
const basicOf = ({ slug, clientSecret }: AppFixture): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${slug}:${clientSecret}`).toString('base64')}`,
})

/** Who is no client, whatever else is right about the form. */
function noClients(form: (world: World) => Promise<Form>): Cell[] {
  const cell = (caller: string, client: (w: World) => Form, says: string): Cell => ({
    caller,
    sent: async (w) => ({ form: { ...(await form(w)), ...client(w) } }),
    expected: { answer: INVALID_CLIENT, says: [says] },
  })
  return [
    cell('none', () => ({}), 'client_id is missing'),
    cell('client without secret', (w) => ({ client_id: w.app.slug }), 'client_secret is missing'),
    cell(
      'unknown client',
      (w) => ({ ...clientOf(w.app), client_id: 'nobody-at-all' }),
      'client_id is not the slug of an app',
    ),
    cell(
      'wrong secret',
      (w) => ({ ...clientOf(w.app), client_secret: newSecret('cx') }),
      'client_secret is not that of the app',
    ),
    cell(
      'secret of another app',
      (w) => ({ ...clientOf(w.app), client_secret: w.otherApp.clientSecret }),
      'client_secret is not that of the app',
    ),
    cell(
      'key as secret',
      (w) => ({ ...clientOf(w.app), client_secret: w.app.key }),
      'client_secret holds an API key',
    ),
  ]
}

const formCell = (caller: string, form: (w: World) => Promise<Form>, expected: Expected): Cell => ({
  caller,
  sent: async (w): Promise<Sent> => ({ form: { ...clientOf(w.app), ...(await form(w)) } }),
  expected,
})

const GRANTED: Expected = { answer: '200', says: ['access_token'] }

const tokenRowOfOAuth: Row = {
  method: 'POST',
  path: '/oauth2/token',
  operation: 'OAuthToken',
  cells: [
    ...noClients((w) => codeForm(w, w.app, ALIVE)),
    formCell('code of another app', (w) => codeForm(w, w.otherApp, ALIVE), {
      answer: INVALID_GRANT,
      says: ['another client'],
    }),
    formCell('expired code', (w) => codeForm(w, w.app, OVER), { answer: INVALID_GRANT, says: ['expired'] }),
    formCell('code of a revoked grant', (w) => codeForm(w, w.app, REVOKED), {
      answer: INVALID_GRANT,
      says: ['taken the consent back'],
    }),
    formCell('refresh token of another app', (w) => refreshForm(w, w.otherApp, ALIVE), {
      answer: INVALID_GRANT,
      says: ['another client'],
    }),
    formCell('expired refresh token', (w) => refreshForm(w, w.app, OVER), {
      answer: INVALID_GRANT,
      says: ['expired'],
    }),
    formCell('refresh token of a revoked grant', (w) => refreshForm(w, w.app, REVOKED), {
      answer: INVALID_GRANT,
      says: ['taken the consent back'],
    }),
    formCell('client with a code', (w) => codeForm(w, w.app, ALIVE), GRANTED),
    formCell('client with a refresh token', (w) => refreshForm(w, w.app, ALIVE), GRANTED),
    {
      caller: 'client by HTTP Basic',
      sent: async (w) => ({ form: await codeForm(w, w.app, ALIVE), headers: basicOf(w.app) }),
      expected: GRANTED,
    },
  ],
}

const olderCell = (
  caller: string,
  fields: (w: World) => Form,
  life: Life,
  expected: Expected,
  app = (w: World) => w.app,
): Cell => ({
  caller,
  sent: async (w) => ({
    body: {
      client_id: w.app.slug,
      client_secret: w.app.key,
      code: await addCode(w, app(w), life),
      grant_type: 'authorization_code',
      ...fields(w),
    },
  }),
  expected,
})

const NO_CLIENT = '401 16 CLIENT_UNKNOWN'
const NO_CODE = '400 3 INVALID_FIELDS'

const olderTokenRow: Row = {
  method: 'POST',
  path: '/v1/open-platform/oauth/access_token',
  operation: 'OAuth_GetAccessToken',
  cells: [
    olderCell('none', () => ({ client_id: '', client_secret: '' }), ALIVE, {
      answer: NO_CODE,
      says: ['client_id: is required', 'client_secret'],
    }),
    olderCell('unknown client', () => ({ client_id: 'nobody-at-all' }), ALIVE, {
      answer: NO_CLIENT,
      says: ['client_id is not the slug of an app'],
    }),
    olderCell('unknown key as secret', () => ({ client_secret: newSecret('ck') }), ALIVE, {
      answer: NO_CLIENT,
      says: ['client_secret is no API key of the app'],
    }),
    olderCell('key of another app', (w) => ({ client_secret: w.otherApp.key }), ALIVE, {
      answer: NO_CLIENT,
      says: ['client_secret is no API key of the app'],
    }),
    olderCell('client secret', (w) => ({ client_secret: w.app.clientSecret }), ALIVE, {
      answer: NO_CLIENT,
      says: ['client_secret is no API key of the app'],
    }),
    olderCell('host key', (w) => ({ client_secret: w.node.hostKey }), ALIVE, { answer: NO_CLIENT }),
    olderCell(
      'code of another app',
      () => ({}),
      ALIVE,
      { answer: NO_CODE, says: ['another client'] },
      (w) => w.otherApp,
    ),
    olderCell('expired code', () => ({}), OVER, { answer: NO_CODE, says: ['expired'] }),
    olderCell('code of a revoked grant', () => ({}), REVOKED, {
      answer: NO_CODE,
      says: ['taken the consent back'],
    }),
    olderCell('client with a code', () => ({}), ALIVE, {
      answer: '200',
      says: ['access_token', 'refresh_token', 'expires'],
    }),
  ],
}

const accessToken = async (w: World, app: AppFixture): Promise<Form> => ({
  token: await addToken(w, app, w.party.seller, { scopes: ['USER_ID'] }),
})

const revokeRow: Row = {
  method: 'POST',
  path: '/oauth2/revoke',
  operation: 'OAuthRevoke',
  cells: [
    ...noClients((w) => accessToken(w, w.app)),
    formCell('access token of another app', (w) => accessToken(w, w.otherApp), {
      answer: INVALID_GRANT,
      says: ['another client'],
    }),
    formCell(
      'refresh token of another app',
      async (w) => ({ token: await addRefreshToken(w, w.otherApp, ALIVE) }),
      { answer: INVALID_GRANT, says: ['another client'] },
    ),
    formCell('client with an unknown token', async () => ({ token: newSecret('ca') }), { answer: '200' }),
    formCell('client with its token', (w) => accessToken(w, w.app), { answer: '200' }),
  ],
}

const authorizeQuery = ({ app }: World): string =>
  authorizePath({ app, redirectUri: REDIRECT_URI, scope: 'USER_ID' }).slice('/oauth2/auth'.length)

const authorizeRow: Row = {
  method: 'GET',
  path: '/oauth2/auth',
  aliases: ['/oauth'],
  operation: 'OAuthAuthorize',
  cells: [
    {
      caller: 'none',
      sent: (w) => ({ query: authorizeQuery(w) }),
      expected: { answer: '302', says: ['login', 'oauth'] },
    },
    {
      caller: 'unknown session',
      sent: (w) => ({ query: authorizeQuery(w), headers: { cookie: `charsu_session=${newSecret('cs')}` } }),
      expected: { answer: '302', says: ['login'] },
    },
    {
      caller: 'key, token and host key',
      sent: async (w) => ({
        query: authorizeQuery(w),
        headers: { 'x-api-key': w.app.key, authorization: `Bearer ${w.node.hostKey}` },
      }),
      expected: { answer: '302', says: ['login'] },
    },
    {
      caller: 'unknown app',
      sent: (w) => ({
        query: authorizeQuery(w).replace(w.app.slug, 'nobody-at-all'),
        headers: { cookie: w.party.seller.cookie },
      }),
      expected: { answer: '400', says: ['client_id'] },
    },
    {
      caller: 'production app with a scope that is not approved',
      sent: (w) => ({
        query: authorizeQuery({ ...w, app: w.scopelessApp }),
        headers: { cookie: w.party.seller.cookie },
      }),
      // It has registered no redirect URI, so there is no way back.
      expected: { answer: '400', says: ['redirect_uri'] },
    },
    {
      caller: 'user, about a post of somebody else',
      sent: (w) => ({
        query: authorizeQuery(w).replace('USER_ID', `CHAT_POST_CONVERSATIONS_READ.${w.party.post.token}`),
        headers: { cookie: w.stranger.cookie },
      }),
      expected: { answer: '302', says: ['error=invalid_scope', 'CHAT_POST_CONVERSATIONS_READ.'] },
    },
    {
      caller: 'user',
      sent: (w) => ({ query: authorizeQuery(w), headers: { cookie: w.party.seller.cookie } }),
      expected: { answer: '200', says: ['name="ticket"'] },
    },
  ],
}

const consentRow: Row = userRow({
  method: 'POST',
  path: '/oauth2/consent',
  operation: 'OAuthConsent',
  sent: async (world, _, user) => {
    const page = await open(world.node, `/oauth2/auth${authorizeQuery(world)}`, user)
    return { form: { ticket: ticketOf(await page.text()), decision: 'allow' } }
  },
  works: { answer: '302', says: [`${REDIRECT_URI}?code=`] },
  otherUser: { answer: '403' },
  blacklisted: { answer: '302', says: ['code='] },
  refusals: { noSession: { answer: '401' }, crossOrigin: { answer: '403' } },
})

/** How an app gets, renews and gives up a user's consent (wire contract §7). */
export const oauthRows: readonly Row[] = [authorizeRow, consentRow, tokenRowOfOAuth, olderTokenRow, revokeRow]
