import { type App, scope } from '@charsu/sdk'
import { type OfferDeps, offerTimes } from './offer-times.ts'
import { frontPage, guidePage, messagePage, offeredPage, planPage } from './pages.ts'
import { findPage } from './plan-tickets.ts'

export interface BrowseDeps extends OfferDeps {
  app: App
  report: (error: Error) => void
}

const POST_TOKEN = /^[A-Za-z0-9_]{1,16}$/

/** What lets the app hear and speak in all conversations about a post, and notify its seller. */
export const scopesFor = (postToken: string): string[] => [
  scope.readPostConversations(postToken),
  scope.sendInPostConversations(postToken),
  scope.sendEvent,
  scope.userId,
  scope.revocationNotices,
  scope.offline,
]

export const html = (text: string, status = 200): Response =>
  new Response(text, { status, headers: { 'content-type': 'text/html; charset=utf-8' } })

/** The app's own pages. */
export async function browse(deps: BrowseDeps, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url)
  const [, first, ticket = '', last] = pathname.split('/')
  const route = `${request.method} ${pathname}`
  if (route === 'GET /') return html(frontPage())
  if (route === 'GET /guide') return html(guidePage())
  if (route === 'GET /connect') return connect(deps, searchParams.get('post_token') ?? '')
  if (request.method === 'GET' && first === 'plan' && last === undefined) return showPlan(deps, ticket)
  if (request.method === 'POST' && first === 'plan' && last === 'offer') {
    return offerAgain(deps, ticket, searchParams.get('conversation_id') ?? '')
  }
  return html(messagePage('اینجا چیزی نیست', 'نشانی را بررسی کنید.'), 404)
}

async function connect({ app }: BrowseDeps, postToken: string): Promise<Response> {
  if (!POST_TOKEN.test(postToken)) return html(messagePage('نشد', 'شناسهٔ آگهی درست نیست.'), 400)
  return Response.redirect(await app.connectUrl({ scopes: scopesFor(postToken) }), 303)
}

function showPlan({ store, now }: BrowseDeps, ticket: string): Response {
  const page = findPage(store, ticket, now())
  if (page === undefined) return stale()
  const visits = Object.values(store.state.visits).filter(({ postToken }) => postToken === page.postToken)
  return html(planPage(ticket, page, visits))
}

async function offerAgain(deps: BrowseDeps, ticket: string, conversationId: string): Promise<Response> {
  const { app, store, now, report } = deps
  const page = findPage(store, ticket, now())
  const visit = store.state.visits[conversationId]
  if (page === undefined || visit?.postToken !== page.postToken) return stale()
  const { postToken } = visit
  try {
    const outcome = await offerTimes(deps, {
      conversationId,
      postToken,
      say: (text, faces) => app.say({ conversationId, postToken }, text, faces),
    })
    return html(offeredPage(outcome))
  } catch (error) {
    report(error as Error)
    return html(messagePage('نشد', 'اندکی بعد دوباره تلاش کنید.'), 502)
  }
}

const stale = (): Response =>
  html(messagePage('این صفحه دیگر باز نیست', 'از گفتگو دوباره آن را باز کنید.'), 404)
