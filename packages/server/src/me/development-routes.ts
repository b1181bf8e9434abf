import { normalizer, type Parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import type { Authenticator } from '../access/authenticator.ts'
import type { UserCaller } from '../access/callers.ts'
import { returnPathFault } from '../access/return-path.ts'
import { createSession, SESSION_SECONDS } from '../access/sessions.ts'
import { DEVELOPMENT_APP_URL } from '../apps/development-app.ts'
import type { Database } from '../db/database.ts'
import { ApiError, invalidArgument } from '../errors.ts'
import { readCookie, SESSION_COOKIE, sessionCookie } from '../http/cookies.ts'
import { errorPage, localeFrom } from '../http/page.ts'
import { type HttpAnswer, type Route, redirect, route } from '../http/route.ts'
import { requireSameOrigin } from '../http/same-origin.ts'
import type { Site } from '../http/site.ts'
import { DEVELOPMENT_POSTS } from '../marketplace/seed-development.ts'
import { frontPage, loginPage } from './development-pages.ts'
import { peopleToBe, userIdOf } from './development-store.ts'

export interface DevelopmentDeps {
  db: Database
  site: Site
  authenticator: Pick<Authenticator, 'session'>
  isOwnOrigin: (origin: string) => boolean
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

const ReturnTo = Type.Optional(Type.String({ description: 'a path of this origin, `/` by default' }))

const loginQuery: Parser<{ returnTo: string }> = normalizer(
  Type.Object({ return_to: ReturnTo }),
  (value) => ({ returnTo: safePath((value as { return_to?: unknown }).return_to) }),
)

const choiceParser: Parser<{ user: string; returnTo: string }> = normalizer(
  Type.Object({ user: Type.String({ description: 'host id of the person to be' }), return_to: ReturnTo }),
  (value) => {
    const { user, return_to } = value as { user: string; return_to?: unknown }
    return { user, returnTo: safePath(return_to) }
  },
)

/** Whoever follows a broken link still gets in. */
const safePath = (path: unknown): string =>
  typeof path === 'string' && returnPathFault(path) === undefined ? path : '/'

const CONNECT_URL = `${DEVELOPMENT_APP_URL}/connect?post_token=${DEVELOPMENT_POSTS[0].token}`

/**
 * Pages of the development mode: what runs here, and whom to be (architecture, "Identity"). To be served in that
 * mode alone: anyone who reaches them is anybody they like.
 */
export const developmentRoutes = (deps: DevelopmentDeps): Route[] => [
  route({
    method: 'GET',
    path: '/',
    operation: 'Development_Front',
    summary: 'What runs here, and whom to be',
    caller: 'anyone',
    handle: async ({ headers }) => {
      const user = await userOf(deps, headers)
      const people = await peopleToBe(deps.db)
      return frontPage({ locale: localeOf(headers), people, user, connectUrl: CONNECT_URL })
    },
  }),
  route({
    method: 'GET',
    path: '/dev/login',
    operation: 'Development_LoginPage',
    summary: 'Choose whom to be',
    caller: 'anyone',
    query: loginQuery,
    handle: async ({ headers, query: { returnTo } }) =>
      loginPage({ locale: localeOf(headers), people: await peopleToBe(deps.db), returnTo }),
  }),
  route({
    method: 'POST',
    path: '/dev/login',
    operation: 'Development_Login',
    summary: 'Be that person from now on',
    caller: 'anyone',
    form: true,
    body: choiceParser,
    answerError: errorPage,
    handle: ({ headers, body }) => {
      requireSameOrigin(originHeaders(headers), deps.isOwnOrigin)
      return logIn(deps, body)
    },
  }),
]

async function logIn(
  { db, site }: DevelopmentDeps,
  { user, returnTo }: { user: string; returnTo: string },
): Promise<HttpAnswer> {
  const userId = await userIdOf(db, user)
  if (!userId) throw invalidArgument([{ field: 'user', description: 'is nobody here: pick one of the list' }])
  const session = await db.transaction().execute((tx) => createSession(tx, userId))
  const secure = site.publicUrl.startsWith('https:')
  return redirect(returnTo, { 'set-cookie': sessionCookie(session, SESSION_SECONDS, secure) })
}

const one = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value

const originHeaders = (headers: Headers) => ({
  origin: one(headers.origin),
  'sec-fetch-site': one(headers['sec-fetch-site']),
})

const localeOf = (headers: Headers) => localeFrom(one(headers['accept-language']))

async function userOf({ authenticator }: DevelopmentDeps, headers: Headers): Promise<UserCaller | null> {
  try {
    return await authenticator.session({
      sessionSecret: readCookie(one(headers.cookie), SESSION_COOKIE),
      apiKey: undefined,
      authorization: undefined,
      accessToken: undefined,
    })
  } catch (error) {
    if (error instanceof ApiError && error.codeName === 'UNAUTHENTICATED') return null
    throw error
  }
}
