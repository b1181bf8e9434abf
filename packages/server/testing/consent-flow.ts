import type { AppFixture, UserFixture } from './marketplace-fixture.ts'
import type { TestServer } from './test-server.ts'

/** A browser and an app's server on their way through OAuth (wire contract §7), over real HTTP. */

export interface Ask {
  app: AppFixture
  redirectUri: string
  scope: string
  state?: string
  /** Further or differing parameters; null leaves one out. */
  with?: Record<string, string | null>
}

export function authorizePath(ask: Ask): string {
  const parameters: Record<string, string | null> = {
    response_type: 'code',
    client_id: ask.app.slug,
    redirect_uri: ask.redirectUri,
    scope: ask.scope,
    state: ask.state ?? null,
    ...ask.with,
  }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== null) query.set(name, value)
  return `/oauth2/auth?${query}`
}

/** What a browser without redirects gets. */
export const open = (
  { url }: TestServer,
  path: string,
  user?: UserFixture,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(url + path, {
    redirect: 'manual',
    headers: { ...(user && { cookie: user.cookie }), ...headers },
  })

export function ticketOf(page: string): string {
  const ticket = /name="ticket" value="([^"]+)"/.exec(page)?.[1]
  if (ticket === undefined) throw new Error(`no ticket in the page: ${page}`)
  return ticket
}

export const answer = (
  { url }: TestServer,
  user: UserFixture | undefined,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${url}/oauth2/consent`, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...(user && { cookie: user.cookie }), ...headers },
    body: new URLSearchParams(form),
  })

export function locationOf(response: Response): URL {
  const location = response.headers.get('location')
  if (location === null) throw new Error(`status ${response.status} without a Location`)
  return new URL(location, response.url)
}

/** The user allows it all; the code that reaches the app. */
export async function obtainCode(server: TestServer, user: UserFixture, ask: Ask): Promise<string> {
  const page = await open(server, authorizePath(ask), user)
  const text = await page.text()
  if (page.status !== 200) throw new Error(`${page.status} ${page.headers.get('location')} ${text}`)
  const allowed = await answer(server, user, { ticket: ticketOf(text), decision: 'allow' })
  const code = locationOf(allowed).searchParams.get('code')
  if (code === null) throw new Error(`no code in ${allowed.headers.get('location')}`)
  return code
}

export interface TokenReply {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

export async function postForm(
  { url }: TestServer,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<TokenReply> {
  const response = await fetch(url + path, { method: 'POST', headers, body: new URLSearchParams(form) })
  const body = (await response.json()) as Record<string, unknown>
  return { status: response.status, headers: response.headers, body }
}

export const exchangeCode = (
  server: TestServer,
  app: AppFixture,
  code: string,
  redirectUri: string,
  more: Record<string, string> = {},
): Promise<TokenReply> =>
  postForm(server, '/oauth2/token', {
    grant_type: 'authorization_code',
    client_id: app.slug,
    client_secret: app.clientSecret,
    code,
    redirect_uri: redirectUri,
    ...more,
  })

export const refresh = (
  server: TestServer,
  app: AppFixture,
  refreshToken: unknown,
  more: Record<string, string> = {},
): Promise<TokenReply> =>
  postForm(server, '/oauth2/token', {
    grant_type: 'refresh_token',
    client_id: app.slug,
    client_secret: app.clientSecret,
    refresh_token: String(refreshToken),
    ...more,
  })

/** Whether an access token is accepted; the operation is one that any app with any token may try. */
export async function isAccepted(
  { url }: TestServer,
  app: AppFixture,
  accessToken: unknown,
): Promise<boolean> {
  const { status } = await fetch(
    `${url}/v2/open-platform/conversations/00000000-0000-0000-0000-000000000000/messages`,
    {
      method: 'POST',
      headers: {
        'x-api-key': app.key,
        authorization: `Bearer ${accessToken}`,
        'content-type': 'application/json',
      },
      body: '{"message": "hello"}',
    },
  )
  return status !== 401
}
