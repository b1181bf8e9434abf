import type { Authenticator } from '../access/authenticator.ts'
import { personMark } from '../access/person-mark.ts'
import { nothingAt } from '../http/nothing-at.ts'
import { localeFrom } from '../http/page.ts'
import { readerOf } from '../http/reader.ts'
import type { ErrorRequest, HttpAnswer } from '../http/route.ts'
import { sessionOf } from '../http/session-of.ts'
import { toLogin } from '../marketplace/login-page.ts'
import type { LoginRedirectDeps } from '../marketplace/login-redirect.ts'
import { missingPages } from './missing-pages.ts'
import type { PageFiles } from './page-files.ts'
import { shellAnswer } from './shell.ts'

export interface ServePageDeps extends LoginRedirectDeps {
  files: Pick<PageFiles, 'shell'>
  authenticator: Pick<Authenticator, 'session'>
  version: string
}

/** Whether it lies below an API that shares its first word with pages: what the API does not serve is not there. */
export const isOfApi = (url: string): boolean => /^\/(?:console|operator)\/v\d+(?:[/?]|$)/.test(url)

/**
 * The document of a page for whoever opens it. Who may see what on it, the APIs decide.
 * @param request.url path and query, to come back to after logging in.
 * @param request.forStrangers the page is for everybody, logged in or not.
 */
export async function servePage(
  deps: ServePageDeps,
  request: ErrorRequest & { url: string; base: string; forStrangers: boolean },
): Promise<HttpAnswer> {
  const { url, base } = request
  if (isOfApi(url)) throw nothingAt({ method: 'GET', url })
  const user = await sessionOf(deps.authenticator, request)
  const reader = readerOf(request, user)
  const shell = await deps.files.shell()
  if (!shell) return missingPages(reader)
  if (!user && !request.forStrangers) return toLogin(deps, reader, url)
  return shellAnswer(shell, reader, {
    mode: deps.mode,
    version: deps.version,
    locale: reader.locale,
    theme: reader.theme,
    person: user && {
      mark: personMark(user.userId),
      name: user.name,
      locale: localeFrom(user.locale),
      developer: user.developer,
      operator: user.operator,
    },
    // Below a base one is somebody by the path: to come back is to be logged in again.
    login_url: base === '' ? `/login?return_to=${encodeURIComponent(url)}` : base + url,
  })
}
