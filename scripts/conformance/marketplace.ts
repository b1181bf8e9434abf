import { randomBytes } from 'node:crypto'
import { type Call, caller, requireStatus } from './call-charsu.ts'
import { exchange } from './exchange.ts'
import { uploadFiles } from './upload-files.ts'

/** A marketplace with one of each thing, and an app that a user has allowed what the descriptions name. */
export interface Marketplace {
  /** Carries every permission. */
  key: string
  /** Carries the scopes that the descriptions name. */
  accessToken: string
  /** Of the same app, without the permission for anything served. */
  bareKey: string
  /** Of the same app and user, with no scope but `openid`. */
  bareToken: string
  /** Of another app, with every permission. */
  strangerKey: string
  /** Cookies of sessions: of the app's developer, of the user who allowed it, and of an operator. */
  sessions: { developer: string; user: string; operator: string }
  /** The name of a thing that exists, for a parameter or property of this name. */
  resource(name: string, chosen: Readonly<Record<string, unknown>>): string | undefined
}

interface Open {
  url: string
  hostKey: string
  /** `NAME` or `NAME.parameter`. */
  scopes: readonly string[]
}

const REDIRECT_URI = 'http://localhost:9/callback'
const PHONE = '09121234567'
const POST = 'Conformance1'
const APP = 'conformance'
/** Of an operation that is not served; a key has to carry one. */
const UNRELATED = 'BALANCE_RETRIEVE'

/** Fills a running Charsu through its public surfaces alone: host API, console, consent page, token endpoint. */
export async function openMarketplace({ url, hostKey, scopes }: Open): Promise<Marketplace> {
  const host = caller(url, { authorization: `Bearer ${hostKey}` })
  await host('PUT', '/host/v1/users/developer', { name: 'Dariush', developer: true })
  await host('PUT', '/host/v1/users/operator', { name: 'Omid', operator: true })
  await host('PUT', '/host/v1/users/seller', { name: 'Sara', phone: PHONE })
  await host('PUT', '/host/v1/users/buyer', { name: 'Babak', phone: '09127654321' })
  await host('PUT', `/host/v1/posts/${POST}`, {
    owner: 'seller',
    category: 'apartment-sell',
    city: 'tehran',
    district: 'abshar',
    title: 'An apartment near the bazaar',
    images: ['https://images.example/1.jpg'],
    state: 'PUBLISHED',
    chat_enabled: true,
    development: true,
    data: { rooms: 2 },
  })
  const { conversation_id } = await host<{ conversation_id: string }>('POST', '/host/v1/conversations', {
    post_token: POST,
    buyer: 'buyer',
  })

  const developer = await logIn(url, host, 'developer')
  const app = await makeApp(url, developer, APP)
  const stranger = await makeApp(url, developer, 'stranger')
  const names: Record<string, string> = { post_token: POST, conversation_id }
  const cookie = await logIn(url, host, 'seller')
  const accessToken = await allow(url, {
    cookie,
    app,
    scopes: scopes.map((scope) => scope.replace(/\.(\w+)$/, (_, name: string) => `.${names[name]}`)),
  })
  const bareToken = await allow(url, { cookie, app, scopes: ['openid'] })
  const seller = await caller(url, { 'x-api-key': app.key, authorization: `Bearer ${accessToken}` })<{
    user_id: string
  }>('GET', '/v1/open-platform/users')

  const asChatbot = caller(url, { 'x-api-key': app.key, authorization: `Bearer ${accessToken}` })
  const opened = await asChatbot<{ conversation_id: string }>(
    'POST',
    `/v1/open-platform/chat/bot/users/${seller.user_id}/messages`,
    { text_message: 'welcome' },
  )

  const resources: Record<string, string> = {
    ...names,
    bot_conversation_id: opened.conversation_id,
    token: POST,
    event_resource_id: POST,
    user_id: seller.user_id,
    divar_user_id: seller.user_id,
    slug: APP,
    phone: PHONE,
    open_direct_link: 'https://app.example/start',
  }
  const files = await uploadFiles(url, app.key)
  return {
    key: app.key,
    accessToken,
    bareKey: app.bareKey,
    bareToken,
    strangerKey: stranger.key,
    sessions: { developer, user: cookie, operator: await logIn(url, host, 'operator') },
    resource(name, chosen) {
      // A file is shown by one message, so each that asks gets its own while there are any.
      if (name === 'media_token') return files.length > 1 ? files.pop() : files[0]
      if (name === 'target_resource_id') return chosen.target_type === 'POST' ? POST : seller.user_id
      // Of a dotted parameter the last part says what it is.
      const last = name.slice(name.lastIndexOf('.') + 1)
      return Object.hasOwn(resources, last) ? resources[last] : undefined
    },
  }
}

/** Opens a login link as a browser does. @returns the session's cookie. */
async function logIn(url: string, host: Call, user: string): Promise<string> {
  const link = await host<{ url: string }>('POST', '/host/v1/login-links', { user })
  const answer = await exchange({
    method: 'GET',
    url: url + new URL(link.url).pathname,
    headers: {},
    body: null,
  })
  requireStatus(answer, 302, 'the login link')
  return answer.cookies.join('; ')
}

interface App {
  slug: string
  key: string
  bareKey: string
  clientSecret: string
}

/** An app with a key that carries every permission there is, and one that is good for nothing. */
async function makeApp(url: string, cookie: string, slug: string): Promise<App> {
  const developer = caller(url, { cookie })
  const assets = await caller(url, {})<{ permissions: { slug: string }[] }>(
    'GET',
    '/v1/open-platform/assets/permission',
  )
  const permissions = assets.permissions.map((each) => each.slug)
  const made = await developer<{ client_secret: string }>('POST', '/console/v1/apps', {
    slug,
    display_name: slug,
    redirect_uris: [REDIRECT_URI],
    events_url: 'http://localhost:9/events',
    permissions,
  })
  const makeKey = async (carried: readonly string[]): Promise<string> => {
    const keys = `/console/v1/apps/${slug}/keys`
    return (await developer<{ key: string }>('POST', keys, { permissions: carried })).key
  }
  return {
    slug,
    key: await makeKey(permissions),
    bareKey: await makeKey([UNRELATED]),
    clientSecret: made.client_secret,
  }
}

/** The way from the app's link over the consent page to an access token. */
async function allow(
  url: string,
  { cookie, app, scopes }: { cookie: string; app: App; scopes: readonly string[] },
): Promise<string> {
  const state = randomBytes(8).toString('hex')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: app.slug,
    redirect_uri: REDIRECT_URI,
    scope: scopes.join(' '),
    state,
  })
  const page = await exchange({
    method: 'GET',
    url: `${url}/oauth2/auth?${query}`,
    headers: { cookie },
    body: null,
  })
  requireStatus(page, 200, `the consent page (${page.location})`)
  const ticket = /name="ticket" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
  const consent = await exchange({
    method: 'POST',
    url: `${url}/oauth2/consent`,
    headers: { cookie, origin: url, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ticket, decision: 'allow' }).toString(),
  })
  requireStatus(consent, 302, 'the consent')
  const back = new URL(consent.location).searchParams
  if (back.get('state') !== state)
    throw new Error(`the consent came back without its state: ${consent.location}`)
  const token = await exchange({
    method: 'POST',
    url: `${url}/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: back.get('code') ?? '',
      redirect_uri: REDIRECT_URI,
      client_id: app.slug,
      client_secret: app.clientSecret,
    }).toString(),
  })
  requireStatus(token, 200, 'the token endpoint')
  return (JSON.parse(token.text) as { access_token: string }).access_token
}
