import { randomUUID } from 'node:crypto'
import { Charsu, Refusal } from './charsu.ts'
import { answerAction, type ClickDeps, openPlan, readSession } from './clicks.ts'
import { askForConsent, takeConsent } from './consent.ts'
import { Events } from './events.ts'
import { Grants } from './grants.ts'
import { frontPage, guidePage, messagePage, offeredPage, planPage } from './pages.ts'
import { Planner } from './planner.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store.ts'
import { verifyCaller } from './verify-caller.ts'
import type { WireLog } from './wire-log.ts'

export interface VisitPlannerDeps {
  settings: Settings
  store: Store
  log: WireLog
  report: (text: string) => void
  /** Milliseconds since 1970. */
  now: () => number
}

export interface VisitPlanner {
  handle(request: Request, body: string): Promise<Response>
  /** To be called every few minutes. */
  renewTokens(): Promise<void>
}

const html = (text: string, status = 200): Response =>
  new Response(text, { status, headers: { 'content-type': 'text/html; charset=utf-8' } })

const json = (value: unknown): Response => Response.json(value)

/** The whole app behind one web-standard handler. */
export function createVisitPlanner(deps: VisitPlannerDeps): VisitPlanner {
  const { settings, store, now, report } = deps
  const charsu = new Charsu(settings, deps.log)
  const grants = new Grants({ store, charsu, now })
  const guideUrl = `${settings.publicUrl}/guide`
  const planner = new Planner({ store, charsu, grants, guideUrl, now, report })
  const events = new Events({ store, grants, planner })
  const clicks: ClickDeps = { store, grants, planner, publicUrl: settings.publicUrl, now }

  const openPage = (ticket: string) => {
    const open = store.state.pages[ticket]
    return open && open.expiresAt > now() ? open : undefined
  }
  const stale = (): Response =>
    html(messagePage('این صفحه دیگر باز نیست', 'از گفتگو دوباره آن را باز کنید.'), 404)

  /** What Charsu calls; everything here is believed only after its sender is known. */
  const fromCharsu = async (path: string, request: Request, body: string): Promise<Response> => {
    const verdict = verifyCaller(settings, { headers: request.headers, body, now: now() })
    if (!verdict.ok) return new Response(verdict.why, { status: verdict.status })
    const call = JSON.parse(body)
    if (path === '/charsu/events') {
      await events.handle(request.headers.get('webhook-id') ?? randomUUID(), call)
      return json({})
    }
    if (path === '/charsu/sessions') {
      return json(await openPlan(clicks, readSession(request.headers.get('api-version'), call)))
    }
    if (path !== '/charsu/actions') return new Response(null, { status: 404 })
    const answer = await answerAction(clicks, call)
    // After the answer: a click has to be answered within seconds, a notice has time.
    if (call.extra_data?.visit === 'pick') setImmediate(() => planner.tellSeller(call.conversation_id))
    return json(answer)
  }

  const fromBrowser = async (url: URL, request: Request, body: string): Promise<Response> => {
    const [, first, ticket = '', last] = url.pathname.split('/')
    if (request.method === 'POST' && first === 'plan' && last === 'offer') {
      const open = openPage(ticket)
      const conversationId = new URLSearchParams(body).get('conversation_id') ?? ''
      if (!open || planner.plan(conversationId)?.postToken !== open.postToken) return stale()
      const offer = { conversationId, postToken: open.postToken, key: randomUUID() }
      return html(offeredPage(await planner.offer(offer)))
    }
    if (request.method !== 'GET') return new Response(null, { status: 405 })
    if (url.pathname === '/') return html(frontPage())
    if (url.pathname === '/guide') return html(guidePage())
    if (url.pathname === '/connect') return askForConsent(settings, url.searchParams.get('post_token'))
    if (url.pathname === '/callback') return callback(url, request)
    const open = first === 'plan' ? openPage(ticket) : undefined
    return open ? html(planPage(ticket, open, planner.plansOf(open.postToken))) : stale()
  }

  const callback = async (url: URL, request: Request): Promise<Response> => {
    const answer = { query: url.searchParams, cookies: request.headers.get('cookie') }
    const result = await takeConsent({ settings, charsu, grants }, answer)
    if (result === 'connected')
      return html(messagePage('متصل شد', 'از این پس زمان بازدید را من پیشنهاد می‌کنم.'))
    if (result === 'denied')
      return html(messagePage('متصل نشد', 'اجازه ندادید؛ هر وقت خواستید دوباره بیایید.'))
    return html(messagePage('متصل نشد', 'این پاسخ از آنِ این مرورگر نیست؛ از نو آغاز کنید.'), 400)
  }

  return {
    async handle(request, body) {
      const url = new URL(request.url)
      try {
        return url.pathname.startsWith('/charsu/')
          ? await fromCharsu(url.pathname, request, body)
          : await fromBrowser(url, request, body)
      } catch (error) {
        report(`${request.method} ${url.pathname} failed: ${error}`)
        return html(messagePage('نشد', 'اندکی بعد دوباره تلاش کنید.'), error instanceof Refusal ? 502 : 500)
      }
    },
    renewTokens: () => grants.renewDue(),
  }
}
