import type { Exchange } from '../../app/wire-log.ts'
import { isCall } from '../app-process.ts'
import { expectEqual, expectThat } from '../expect-that.ts'
import { pick } from '../pick.ts'
import { readLink, readTitle } from '../read-form.ts'
import { type ClickResult, click, latestOfApp, type Stage } from '../stage.ts'

export interface SellerClickFacts {
  version2: Exchange
  version1: Exchange
  opened: ClickResult
  /** Title of the page that opened. */
  planTitle: string
  /** Where completion_url led to. */
  returnedTo: string | null
  both: ClickResult
  managePage: ClickResult
}

/** The seller clicks: session initialization of both versions, a toast with an action, a page of the host. */
export async function clickAsSeller(stage: Stage): Promise<SellerClickFacts> {
  const { reporter, app, seller, developer, charsu, slug } = stage
  reporter.chapter('The seller clicks')
  const message = await latestOfApp(stage, seller)
  const openPlan = { kind: 'open_server_link' }

  const opened = await click(stage, seller, message, openPlan)
  const version2 = await app.tell('the session initialization', isCall('/charsu/sessions'))
  expectThat('a page opens', opened.open_url !== undefined, opened)
  reporter.note('The address that the app answered opens in the seller’s browser.')
  const page = await seller.get(opened.open_url)
  const planTitle = readTitle(page.text)
  expectEqual('the page', planTitle, 'برنامهٔ بازدیدها')
  reporter.note('The way back is the completion_url that Charsu gave the app.')
  const back = await seller.get(readLink(page.text), { status: 302 })
  const returnedTo = back.headers.get('location')
  expectEqual('the end of the way back', returnedTo, `/chat/${stage.conversationId}`)
  await seller.get(`${charsu}${returnedTo}`)

  const both = await click(stage, seller, message, { kind: 'get_dynamic_action' })
  await app.tell('the dynamic action', isCall('/charsu/actions'))
  await app.tell('the session that followed', isCall('/charsu/sessions'))
  expectThat('both come: a toast and a page', both.toast !== undefined && both.open_url !== undefined, both)

  reporter.note('An app of an older day speaks version 1; the developer can ask for it.')
  await setVersion(1)
  await click(stage, seller, message, openPlan)
  const version1 = await app.tell('the session initialization', isCall('/charsu/sessions'))
  await setVersion(2)

  const managePage = await click(stage, seller, message, { kind: 'open_post_manage_page' })
  return { version2, version1, opened, planTitle, returnedTo, both, managePage }

  async function setVersion(version: 1 | 2): Promise<void> {
    await developer.call('PATCH', `${charsu}/console/v1/apps/${slug}`, {
      body: { session_initialization_version: version },
      show: (answer) => pick(answer, ['session_initialization_version']),
    })
  }
}
