import { type HttpAnswer, redirect } from '../http/route.ts'
import { loginPageUrl, type PageTemplates } from './page-templates.ts'

export interface LoginRedirectDeps {
  pageTemplates: () => Promise<PageTemplates>
  mode: 'development' | 'production'
}

/**
 * Sends a person without a session to log in and come back: to the host's login page, which makes a login link whose
 * `return_to` is `path`; in development, where the host has named none, to the page where one picks whom to be.
 * @param path path and query of this origin.
 * @returns null when nobody can log in yet, because the host has not said where.
 */
export async function loginRedirect(
  { pageTemplates, mode }: LoginRedirectDeps,
  path: string,
): Promise<HttpAnswer | null> {
  const page = loginPageUrl(await pageTemplates(), path)
  if (page) return redirect(page)
  return mode === 'development' ? redirect(`/dev/login?return_to=${encodeURIComponent(path)}`) : null
}
