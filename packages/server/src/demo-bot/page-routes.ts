import { randomBytes } from 'node:crypto'
import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { DEMO_BOT_SLUG } from '../apps/demo-bot-app.ts'
import { localeFrom } from '../http/page.ts'
import { type HttpAnswer, type Route, redirect, route } from '../http/route.ts'
import type { BotMemory } from './bot-memory.ts'
import { aboutPage, type Connection, connectionPage, stalePage, visitsPage } from './bot-pages.ts'
import type { PlatformClient } from './platform-client.ts'
import { scopesFor } from './settle-bot.ts'

export interface BotPageDeps {
  memory: BotMemory
  platform: PlatformClient
  /** Listens for new messages with what a consent brought. */
  settleGrants(): Promise<void>
  now(): number
  pagesUrl(): string
}

const CONSENT_MS = 10 * 60_000

const connectQuery = parser(
  Type.Object({
    post_token: Type.String({ pattern: '^[A-Za-z0-9_]{1,16}$', description: 'a post of yours' }),
  }),
)
const callbackQuery = parser(
  Type.Object({ code: Type.Optional(Type.String()), state: Type.Optional(Type.String()) }),
)

type Headers = Readonly<Record<string, string | string[] | undefined>>
const localeOf = (headers: Headers) => localeFrom(headers['accept-language']?.toString())

/** The bot's own pages, as an app has them on a server of its own. */
export const pageRoutes = (deps: BotPageDeps): Route[] => [
  route({
    method: 'GET',
    path: '/dev/demo-bot',
    operation: 'DemoBot_About',
    summary: 'What the bundled app is, and how a seller connects it',
    caller: 'anyone',
    handle: async ({ headers }) => aboutPage(localeOf(headers)),
  }),
  route({
    method: 'GET',
    path: '/dev/demo-bot/connect',
    operation: 'DemoBot_Connect',
    summary: 'Ask the seller of a post for consent',
    caller: 'anyone',
    query: connectQuery,
    handle: ({ query }) => connect(deps, query.post_token),
  }),
  route({
    method: 'GET',
    path: '/dev/demo-bot/callback',
    operation: 'DemoBot_Callback',
    summary: 'Where a consent comes back',
    caller: 'anyone',
    query: callbackQuery,
    handle: async ({ query, headers }) => connectionPage(localeOf(headers), await finish(deps, query)),
  }),
  route({
    method: 'GET',
    path: '/dev/demo-bot/visits/:ticket',
    operation: 'DemoBot_Visits',
    summary: 'The visits of a post, for the seller who opened them from the chat',
    caller: 'anyone',
    handle: async ({ params: { ticket = '' }, headers }) => {
      const page = await deps.memory.get('page', ticket)
      if (!page || page.expiresAt <= deps.now()) return stalePage(localeOf(headers))
      const visits = await deps.memory.all('visit')
      const ofPost = visits.filter(({ postToken }) => postToken === page.postToken)
      return visitsPage(
        page,
        ofPost.sort((a, b) => a.time.localeCompare(b.time)),
      )
    },
  }),
]

const callbackOf = ({ pagesUrl }: BotPageDeps): string => `${pagesUrl()}/dev/demo-bot/callback`

async function connect(deps: BotPageDeps, postToken: string): Promise<HttpAnswer> {
  const state = randomBytes(18).toString('base64url')
  await deps.memory.put('state', state, { expiresAt: deps.now() + CONSENT_MS })
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: DEMO_BOT_SLUG,
    redirect_uri: callbackOf(deps),
    scope: scopesFor([postToken]).join(' '),
    state,
  })
  return redirect(`/oauth2/auth?${query}`)
}

async function finish(
  deps: BotPageDeps,
  { code, state = '' }: { code?: string; state?: string },
): Promise<Connection> {
  const begun = await deps.memory.get('state', state)
  if (code === undefined) return 'denied'
  if (!begun) return 'unasked'
  await deps.memory.forget('state', state)
  const isInTime = begun.expiresAt > deps.now()
  if (!isInTime || !(await deps.platform.exchange(code, callbackOf(deps)))) return 'denied'
  await deps.settleGrants()
  return 'connected'
}
