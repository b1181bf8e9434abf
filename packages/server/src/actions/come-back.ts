import type { Authenticator } from '../access/authenticator.ts'
import type { Database } from '../db/database.ts'
import { readerOf } from '../http/reader.ts'
import { type ErrorRequest, type HttpAnswer, redirect } from '../http/route.ts'
import { sessionOf } from '../http/session-of.ts'
import { chatPageUrl, type PageTemplates, postPageUrl } from '../marketplace/page-templates.ts'
import { returnPage } from './return-page.ts'
import { readReturnPlace } from './return-place.ts'
import type { ReturnPlace } from './return-url.ts'
import { loadPostOwner, takesPart } from './store.ts'

export interface ComeBackDeps {
  db: Database
  authenticator: Pick<Authenticator, 'session'>
  pageTemplates: () => Promise<PageTemplates>
}

/**
 * The way back from an app's page to the place of the click (wire contract §3): the host's own page of that place
 * where it has named one, else our chat. It never leads anywhere else, and where it cannot lead at all it says that
 * the page can be closed: nobody on the way back meets an error.
 */
export async function comeBack(
  deps: ComeBackDeps,
  request: ErrorRequest & { url: string },
): Promise<HttpAnswer> {
  const place = readReturnPlace(request.url)
  const page = place && (await pageOf(deps, request, place))
  return page ? redirect(page) : returnPage(readerOf(request))
}

async function pageOf(deps: ComeBackDeps, request: ErrorRequest, place: ReturnPlace): Promise<string | null> {
  const templates = await deps.pageTemplates()
  if (place === 'notices') return templates.notices_url
  if ('conversationId' in place) {
    const { conversationId } = place
    const user = await sessionOf(deps.authenticator, request)
    if (!user || !(await takesPart(deps.db, conversationId, user.userId))) return null
    return chatPageUrl(templates, conversationId) ?? `/chat/${conversationId}`
  }
  if (!('postToken' in place)) {
    return place.touchpoint === 'MY_DIVAR' ? templates.my_divar_url : templates.divar_pro_url
  }
  const { touchpoint, postToken } = place
  if ((await loadPostOwner(deps.db, postToken)) === null) return null
  return postPageUrl(templates, touchpoint === 'MY_POST' ? 'post_manage_url' : 'post_url', postToken)
}
