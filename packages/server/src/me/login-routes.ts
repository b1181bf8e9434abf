import type { Authenticator } from '../access/authenticator.ts'
import { createSession, endSession, SESSION_SECONDS, useLoginLink } from '../access/sessions.ts'
import type { Database } from '../db/database.ts'
import { sessionCookie } from '../http/cookies.ts'
import { errorPage } from '../http/page.ts'
import { readerOf } from '../http/reader.ts'
import { type ErrorRequest, HttpAnswer, type Route, redirect, route } from '../http/route.ts'
import { sessionOf } from '../http/session-of.ts'
import type { Site } from '../http/site.ts'
import { spentLinkPage } from './spent-link-page.ts'

export interface LoginDeps {
  db: Database
  site: Site
  authenticator: Pick<Authenticator, 'forget' | 'session'>
}

/** How people come in and go out (architecture, "Identity"): the host's login link becomes a session cookie. */
export const loginRoutes = (deps: LoginDeps): Route[] => [
  route({
    method: 'GET',
    path: '/login/:secret',
    operation: 'Login',
    summary: 'Open a login link of the host: once, within five minutes',
    caller: 'anyone',
    answerError: errorPage,
    handle: async ({ params, headers, base }) =>
      isGuess(headers)
        ? new HttpAnswer(503, { 'cache-control': 'no-store' })
        : login(deps, { secret: params.secret ?? '', headers, base }),
  }),
  route({
    method: 'POST',
    path: '/logout',
    operation: 'Logout',
    summary: 'End the session',
    caller: 'user',
    handle: async ({ caller }) => {
      await deps.db.transaction().execute((tx) => endSession(tx, caller))
      deps.authenticator.forget(`user:${caller.userId}`)
      return new HttpAnswer(
        200,
        { 'content-type': 'application/json; charset=utf-8', 'set-cookie': cookie(deps.site, '', 0) },
        '{}',
      )
    },
  }),
]

/** A browser that fetches ahead of the person must not use the link up for them; after a failure it asks again. */
const isGuess = (headers: Readonly<Record<string, string | string[] | undefined>>): boolean =>
  /^prefetch/i.test(String(headers['sec-purpose'] ?? headers.purpose ?? ''))

async function login(deps: LoginDeps, request: ErrorRequest & { secret: string }): Promise<HttpAnswer> {
  const entry = await deps.db.transaction().execute(async (tx) => {
    const use = await useLoginLink(tx, request.secret)
    return use.outcome === 'opened' ? { ...use, session: await createSession(tx, use.userId) } : use
  })
  if (entry.outcome === 'opened') {
    return redirect(entry.returnTo, { 'set-cookie': cookie(deps.site, entry.session, SESSION_SECONDS) })
  }
  const user = await sessionOf(deps.authenticator, request)
  return spentLinkPage(entry, { reader: readerOf(request, user), isLoggedIn: user !== null })
}

const cookie = (site: Site, secret: string, seconds: number): string =>
  sessionCookie(secret, seconds, site.publicUrl.startsWith('https:'))
