import type { Exchange } from '../../app/wire-log.ts'
import { isCall } from '../app-process.ts'
import { expectEqual, expectThat } from '../expect-that.ts'
import { readTitle } from '../read-form.ts'
import type { ClickResult, Stage } from '../stage.ts'

export interface NoticeFacts {
  notice: NoticeView
  clicked: ClickResult
  session: Exchange
}

export interface NoticeView {
  id: string
  app: { slug: string; display_name: string }
  message?: string
  post?: { post_token: string }
  primary_button?: { title: string; action: Record<string, unknown> }
  read: boolean
}

/** The seller finds the app's notice, and clicks its button. */
export async function readNotice(stage: Stage): Promise<NoticeFacts> {
  const { reporter, app, seller, charsu } = stage
  reporter.chapter('A notice outside the chat')
  const inbox = await seller.get<{ notices: NoticeView[] }>(`${charsu}/me/v1/notices`)
  const notice = inbox.body.notices.find((each) => each.app.slug === stage.slug)
  expectThat('the notice is in the seller’s inbox', notice?.primary_button !== undefined, inbox.body)
  reporter.screen('the seller', [
    {
      from: `${notice.app.display_name} (app)`,
      text: notice.message ?? '',
      buttons: [[notice.primary_button?.title ?? '']],
    },
  ])
  const { body: clicked } = await seller.post<ClickResult>(`${charsu}/me/v1/notices/${notice.id}/click`, {
    body: { button: 'primary' },
  })
  const session = await app.tell('the session initialization', isCall('/charsu/sessions'))
  expectThat('a page opens', clicked.open_url !== undefined, clicked)
  const page = await seller.get(clicked.open_url)
  expectEqual('the page', readTitle(page.text), 'برنامهٔ بازدیدها')
  return { notice, clicked, session }
}
