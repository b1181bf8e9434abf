import type { Authenticator } from '../access/authenticator.ts'
import type { UserCaller } from '../access/callers.ts'
import { MAX_RETURN_PATH } from '../access/return-path.ts'
import { readerOf } from '../http/reader.ts'
import { type ErrorRequest, HttpAnswer } from '../http/route.ts'
import { sessionOf } from '../http/session-of.ts'
import { type LoginRedirectDeps, loginRedirect } from '../marketplace/login-redirect.ts'
import { type OpenTouchpointDeps, openTouchpoint } from './open-touchpoint.ts'
import { hostFault, openedPage, startPage } from './touchpoint-pages.ts'
import { readTouchpoint, type TouchpointFields, touchpointFields } from './touchpoint-request.ts'
import { findOfferedApp } from './touchpoint-store.ts'

export interface TouchpointVisitDeps extends OpenTouchpointDeps, LoginRedirectDeps {
  authenticator: Pick<Authenticator, 'session'>
}

const NO_LOGIN = 'nobody can log in: set the page template login_url through the host API'

interface Visit {
  slug: string
  traceparent: string | null
}

/**
 * A browser follows the host's link to an app (wire contract §11). The link has an effect, so it is carried out for
 * a page that a person goes to, never for what a browser fetches ahead or a page embeds; and what speaks for the
 * person, START_CHAT_BOT, is asked first when the link came from another site.
 */
export async function visitTouchpoint(
  deps: TouchpointVisitDeps,
  request: ErrorRequest & Visit & { url: string },
): Promise<HttpAnswer> {
  const { url, headers, slug } = request
  if (!isVisit(headers)) return new HttpAnswer(503, { 'cache-control': 'no-store' })
  if (url.length > MAX_RETURN_PATH)
    return hostFault(400, [`the link is longer than ${MAX_RETURN_PATH} characters`], request)
  const fields = touchpointFields(url)
  const read = readTouchpoint(fields)
  if (!read.ok) return hostFault(400, read.faults, request)
  const user = await sessionOf(deps.authenticator, request)
  if (!user) return (await loginRedirect(deps, url)) ?? hostFault(503, [NO_LOGIN], request)
  if (isFromElsewhere(headers)) {
    const app = await findOfferedApp(deps.db, slug, read.request.touchpoint)
    if (app?.operation === 'START_CHAT_BOT') return startPage(app, fields, readerOf(request, user))
  }
  return open(deps, request, { user, fields })
}

/** The answer to the question that another site's link led to. */
export const answerTouchpoint = (
  deps: TouchpointVisitDeps,
  request: ErrorRequest & Visit,
  visitor: Visitor,
): Promise<HttpAnswer> => open(deps, request, visitor)

interface Visitor {
  user: UserCaller
  fields: TouchpointFields
}

async function open(
  deps: TouchpointVisitDeps,
  request: ErrorRequest & Visit,
  { user, fields }: Visitor,
): Promise<HttpAnswer> {
  const read = readTouchpoint(fields)
  if (!read.ok) return hostFault(400, read.faults, request)
  const { slug, traceparent } = request
  const opened = await openTouchpoint(deps, { slug, request: read.request, user, traceparent })
  return openedPage(opened, readerOf(request, user))
}

type Headers = ErrorRequest['headers']

const EMBEDDED = ['document', 'iframe', 'frame']

/** Clients that are no browser say nothing, and mean what they ask. */
function isVisit(headers: Headers): boolean {
  if (/^prefetch/i.test(String(headers['sec-purpose'] ?? headers.purpose ?? ''))) return false
  const kind = headers['sec-fetch-dest']
  return kind === undefined || EMBEDDED.includes(String(kind))
}

const isFromElsewhere = (headers: Headers): boolean => headers['sec-fetch-site'] === 'cross-site'
