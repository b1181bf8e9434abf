import { isUuid } from '../ids.ts'
import type { ClickPlace } from './click-place.ts'
import type { ClickResult } from './click-result.ts'
import type { Language } from './click-sentences.ts'
import { returnUrl } from './return-url.ts'
import { type ClickDeps, noSuchButton, runClick } from './run-click.ts'
import { type ClickedNotice, loadNotice } from './store.ts'

export interface NoticeClick {
  userId: string
  noticeId: string
  button: 'primary' | 'secondary'
  language?: Language
  traceparent?: string | null | undefined
}

/**
 * A click on a button of a notice (wire contract §3 and §6).
 * @throws 404 unless the notice is this user's and has such a button.
 */
export async function clickNotice(deps: ClickDeps, click: NoticeClick): Promise<ClickResult> {
  const { userId } = click
  const noticeId = click.noticeId.toLowerCase()
  const notice = isUuid(noticeId) ? await loadNotice(deps.db, noticeId) : null
  const button = notice?.userId === userId ? notice.buttons[click.button] : undefined
  if (!notice || !button) throw noSuchButton()
  return runClick(deps, {
    userId,
    language: click.language,
    appId: notice.appId,
    messageId: null,
    noticeId,
    conversationId: null,
    button: click.button,
    action: button.action,
    place: placeOf(notice, deps.site.publicUrl),
    traceparent: click.traceparent,
  })
}

function placeOf(notice: ClickedNotice, publicUrl: string): ClickPlace {
  const back = returnUrl(publicUrl, 'notices')
  if (notice.targetType === 'USER') return { source: 'MY_DIVAR', touchpoint: 'MY_DIVAR', returnUrl: back }
  return {
    source: 'POST_ADDON',
    touchpoint: 'MY_POST',
    returnUrl: back,
    // Notices on a post go to its owner; the post may have gone or changed hands since.
    ...(notice.postToken !== null && { postToken: notice.postToken }),
    ...(notice.postOwnerId === notice.userId && { userSide: 'SUPPLY' as const }),
  }
}
