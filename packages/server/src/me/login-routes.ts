import type { Authenticator } from '../access/authenticator.ts'
import {
  createSession,
  endSession,
  type LoginLinkUse,
  SESSION_SECONDS,
  useLoginLink,
} from '../access/sessions.ts'
import type { Database } from '../db/database.ts'
import { sessionCookie } from '../http/cookies.ts'
import { errorPage, type Locale, localeFrom, messagePage } from '../http/page.ts'
import { HttpAnswer, type Route, redirect, route } from '../http/route.ts'
import type { Site } from '../http/site.ts'

export interface LoginDeps {
  db: Database
  site: Site
  authenticator: Pick<Authenticator, 'forget'>
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
    handle: async ({ params, headers }) =>
      isGuess(headers)
        ? new HttpAnswer(503, { 'cache-control': 'no-store' })
        : login(deps, {
            secret: params.secret ?? '',
            locale: localeFrom(headers['accept-language']?.toString()),
          }),
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

async function login(deps: LoginDeps, input: { secret: string; locale: Locale }): Promise<HttpAnswer> {
  const entry = await deps.db.transaction().execute(async (tx) => {
    const use = await useLoginLink(tx, input.secret)
    return use.outcome === 'opened' ? { ...use, session: await createSession(tx, use.userId) } : use
  })
  if (entry.outcome !== 'opened') return refusal(entry.outcome, input.locale)
  return redirect(entry.returnTo, { 'set-cookie': cookie(deps.site, entry.session, SESSION_SECONDS) })
}

const cookie = (site: Site, secret: string, seconds: number): string =>
  sessionCookie(secret, seconds, site.publicUrl.startsWith('https:'))

const WORDS = {
  en: {
    title: 'This login link does not work',
    used: 'It has been opened before, and a link works once.',
    expired: 'It is older than five minutes.',
    unknown: 'We do not know it; maybe a part of it was lost.',
    remedy: 'Go back to the marketplace and try again: it makes a new one.',
  },
  fa: {
    title: 'این پیوند ورود کار نمی‌کند',
    used: 'این پیوند پیش‌تر باز شده است و هر پیوند فقط یک بار کار می‌کند.',
    expired: 'بیش از پنج دقیقه از ساخت این پیوند گذشته است.',
    unknown: 'این پیوند را نمی‌شناسیم؛ شاید بخشی از آن افتاده باشد.',
    remedy: 'به سایت برگردید و دوباره تلاش کنید تا پیوند تازه‌ای ساخته شود.',
  },
} as const satisfies Record<Locale, Record<string, string>>

function refusal(outcome: Exclude<LoginLinkUse['outcome'], 'opened'>, locale: Locale): HttpAnswer {
  const words = WORDS[locale]
  const paragraphs = [words[outcome], words.remedy]
  return messagePage(outcome === 'unknown' ? 404 : 410, locale, { title: words.title, paragraphs })
}
