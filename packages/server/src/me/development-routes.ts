import { normalizer, type Parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { returnPathFault } from '../access/return-path.ts'
import { createSession, SESSION_SECONDS } from '../access/sessions.ts'
import type { Database } from '../db/database.ts'
import { invalidArgument } from '../errors.ts'
import { sessionCookie } from '../http/cookies.ts'
import { errorPage } from '../http/page.ts'
import { readerOf } from '../http/reader.ts'
import { type HttpAnswer, type Route, redirect, route } from '../http/route.ts'
import { requireSameOrigin } from '../http/same-origin.ts'
import type { Site } from '../http/site.ts'
import { loginPage } from './development-pages.ts'
import { peopleToBe, userIdOf } from './development-store.ts'

export interface DevelopmentDeps {
  db: Database
  site: Site
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

/**
 * Where one picks whom to be in development mode (architecture, "Identity"). To be served in that mode alone: anyone
 * who reaches it is anybody they like.
 */
export const developmentRoutes = (deps: DevelopmentDeps): Route[] => [
  route({
    method: 'GET',
    path: '/dev/login',
    operation: 'Development_LoginPage',
    summary: 'Choose whom to be',
    caller: 'anyone',
    query: loginQuery,
    handle: async ({ headers, base, query: { returnTo } }) =>
      loginPage({ reader: readerOf({ headers, base }), people: await peopleToBe(deps.db), returnTo }),
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
