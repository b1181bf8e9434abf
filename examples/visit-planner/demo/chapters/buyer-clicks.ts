import type { Exchange } from '../../app/wire-log.ts'
import { isCall, isSent } from '../app-process.ts'
import { expectEqual, expectThat } from '../expect-that.ts'
import { readTitle } from '../read-form.ts'
import { type ClickResult, click, latestOfApp, type Stage } from '../stage.ts'

export interface BuyerClickFacts {
  toast: ClickResult
  /** The app's side of the click that gave the toast. */
  picked: Exchange
  action: ClickResult
  directLink: ClickResult
  /** Title of the page that the direct link leads to. */
  guide: string
  /** The app's call that tells the seller. */
  notice: Exchange
}

/** The buyer clicks: a toast, an action, a direct link. */
export async function clickAsBuyer(stage: Stage): Promise<BuyerClickFacts> {
  const { reporter, app, buyer } = stage
  reporter.chapter('The buyer clicks')
  const message = await latestOfApp(stage, buyer)
  const toast = await click(stage, buyer, message, { kind: 'get_dynamic_action' })
  const picked = await app.tell('the dynamic action', isCall('/charsu/actions'))
  expectEqual('what the click came to', toast.outcome, 'toast')
  expectThat('the buyer reads a toast', (toast.toast ?? '').includes('ثبت شد'), toast)
  reporter.note(`A toast tells the buyer: ${toast.toast}`)

  const action = await click(stage, buyer, message, { kind: 'get_dynamic_action', caption: 'نشانی روی نقشه' })
  await app.tell('the dynamic action', isCall('/charsu/actions'))
  expectEqual('what the click came to', action.outcome, 'opened')
  expectThat('a map opens', action.open_url?.startsWith('https://www.openstreetmap.org/') === true, action)

  const directLink = await click(stage, buyer, message, { kind: 'open_direct_link' })
  expectThat('the link opens', directLink.open_url !== undefined, directLink)
  const page = await buyer.get(directLink.open_url)

  const notice = await app.tell('the notice to the seller', isSent(/events\/send/))
  expectEqual('the answer to the notice', [notice.status, notice.answer], [200, {}])
  return { toast, picked, action, directLink, guide: readTitle(page.text), notice }
}
