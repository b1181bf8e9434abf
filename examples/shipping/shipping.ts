import { App, type AppSettings, type SessionContext, scope } from '@charsu/sdk'
import { label, ship, track } from './buttons.ts'
import { receiveStatus } from './carrier.ts'
import { OneAtATime } from './one-at-a-time.ts'
import { gonePage } from './pages.ts'
import { Parcels } from './parcels.ts'
import { answerPage, type Page } from './site.ts'
import { Tickets } from './tickets.ts'
import { STATUS_WORDS, TOASTS } from './words.ts'

export function createShipping(settings: AppSettings, { carrierSecret }: { carrierSecret: string }): App {
  const parcels = new Parcels()
  const tickets = new Tickets<Page>(() => settings.time?.now() ?? Date.now())
  const turns = new OneAtATime()
  const report = settings.report ?? console.error
  const app = new App({ ...settings, fallback: (request) => answer(request) })

  /** What is not the platform's: the carrier's webhook, and the pages. */
  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/carrier' && request.method === 'POST') {
      return receiveStatus({ app, parcels, turns, secret: carrierSecret, report }, request)
    }
    const ticket = /^\/pages\/([^/]+)$/.exec(pathname)?.[1]
    if (ticket === undefined) return gonePage()
    return answerPage({ app, parcels, turns, tickets, report }, request, ticket)
  }

  const urlOf = (page: Page): string => `${settings.publicUrl}/pages/${tickets.issue(page)}`

  async function openForm(ctx: SessionContext<unknown>): Promise<void> {
    const { conversationId, side, userId: sellerId, returnUrl } = ctx
    if (conversationId === undefined || side === undefined) return ctx.toast(TOASTS.notHere)
    if (side !== 'seller') return ctx.toast(TOASTS.sellerOnly)
    const parcelId = crypto.randomUUID().slice(-12)
    const form = urlOf({ kind: 'form', parcelId, conversationId, sellerId, returnUrl })
    const sending = scope.sendMessage(conversationId)
    if (await ctx.granted(sending)) return ctx.open(form)
    const scopes = [sending, scope.userId, scope.offline]
    ctx.open(await ctx.connectUrl({ scopes, returnTo: form }))
  }

  app.session(ship, openForm)

  app.session(label, (ctx) => {
    const { parcel: parcelId } = ctx.data
    if (parcels.get(parcelId) === undefined) return ctx.toast(TOASTS.unknown)
    ctx.open(urlOf({ kind: 'label', parcelId, returnUrl: ctx.returnUrl }))
  })

  // Opened in a chat's own menu, where no button of ours stands yet.
  app.on('session', openForm)

  app.action(track, (ctx) => {
    const parcel = parcels.get(ctx.data.parcel)
    ctx.toast(parcel === undefined ? TOASTS.unknown : STATUS_WORDS[parcel.status])
  })

  return app
}
