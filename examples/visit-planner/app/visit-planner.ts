import { App, type AppSettings, type GrantStore, scope } from '@charsu/sdk'
import { browse, html } from './browse.ts'
import { offerTimes } from './offer-times.ts'
import { messagePage } from './pages.ts'
import { issueTicket } from './plan-tickets.ts'
import type { Store } from './store.ts'
import { address, next, pick, plan } from './visit-message.ts'
import { timeInWords } from './visit-times.ts'

export interface PlannerSettings extends AppSettings {
  grants: GrantStore
}

const MAP_URL = 'https://www.openstreetmap.org/?mlat=35.7575&mlon=51.4100#map=17/35.7575/51.4100'

/** Arranges visits between the buyer and the seller of a post. */
export function createVisitPlanner(settings: PlannerSettings, store: Store): App {
  const { publicUrl, grants, report = console.error } = settings
  const now = (): number => settings.time?.now() ?? Date.now()
  const offer = { store, guideUrl: `${publicUrl}/guide`, now }
  const app: App = new App({
    ...settings,
    fallback: (request) => browse({ ...offer, app, report }, request),
  })

  app.connected(() => html(messagePage('متصل شد', 'از این پس زمان بازدید را من پیشنهاد می‌کنم.')))

  app.on('message', async (ctx) => {
    const { conversationId, postToken, from, text } = ctx
    const isKnown = store.state.visits[conversationId] !== undefined
    if (from === 'seller' || (isKnown && !text?.includes('بازدید'))) return
    await offerTimes(offer, { conversationId, postToken, say: (what, faces) => ctx.say(what, faces) })
  })

  app.action(pick, async (ctx) => {
    if (ctx.place !== 'post') return
    const { conversationId, postToken } = ctx
    const { time } = ctx.data
    if (!(Date.parse(time) > now())) {
      return ctx.toast('این زمان گذشته است. از فروشنده زمان تازه بخواهید.')
    }
    await store.change(({ visits }) => {
      visits[conversationId] = { conversationId, postToken, picked: time }
    })
    ctx.toast(`بازدید شما برای ${timeInWords(time)} ثبت شد.`)
    // A click has to be answered within seconds, a notice has time; when it fails, the plan page shows the same.
    tellSeller(postToken, time).catch(report)
  })

  app.action(address, (ctx) => ctx.open(MAP_URL))

  app.action(next, (ctx) => {
    const picked = ctx.place === 'post' ? store.state.visits[ctx.conversationId]?.picked : null
    ctx.toast(picked ? `بازدید بعدی: ${timeInWords(picked)}` : 'هنوز زمانی انتخاب نشده است.')
    ctx.run(plan)
  })

  app.session(plan, async (ctx) => {
    const { postToken, userId, returnUrl } = ctx
    if (postToken === undefined || !(await isSeller(userId, postToken))) {
      return ctx.toast('برنامهٔ بازدیدها را فقط فروشندهٔ این آگهی می‌بیند.')
    }
    const ticket = await issueTicket(store, { postToken, returnUrl, now: now() })
    ctx.open(`${publicUrl}/plan/${ticket}`)
  })

  return app

  async function tellSeller(postToken: string, time: string): Promise<void> {
    const seller = await app.clientWith(scope.sendInPostConversations(postToken))
    await seller?.sendEvent({
      message: `خریدار برای بازدید ${timeInWords(time)} را انتخاب کرد.`,
      target_type: 'POST',
      target_resource_id: postToken,
      primary_button: { title: 'برنامهٔ بازدیدها', action: plan.with() },
    })
  }

  async function isSeller(userId: string, postToken: string): Promise<boolean> {
    const ofSeller = scope.sendInPostConversations(postToken)
    return (await grants.ofUser(userId)).some(({ scopes }) => scopes.includes(ofSeller))
  }
}
