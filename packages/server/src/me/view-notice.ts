import type { NoticeButton } from '@charsu/protocol/send-event'
import { type ActionView, type AppLabel, appLabel, viewAction } from './view-message.ts'

/** A notice as `noticeColumns` of notice-store.ts reads it. */
export interface NoticeRow {
  id: string
  message: string | null
  buttons: { primary?: NoticeButton; secondary?: NoticeButton }
  post_token: string | null
  post_title: string | null
  app_slug: string
  app_display_name: string
  read: boolean
  /** RFC 3339 in UTC, with microseconds. */
  created_at: string
}

/** A notice as its reader sees it (wire contract §6). */
export interface NoticeView {
  id: string
  app: AppLabel
  message?: string
  /** The post that it is about, for target POST. */
  post?: { post_token: string; title: string }
  primary_button?: NoticeButtonView
  secondary_button?: NoticeButtonView
  read: boolean
  created_at: string
}

export interface NoticeButtonView {
  title: string
  action: ActionView
}

export function viewNotice(row: NoticeRow): NoticeView {
  const { primary, secondary } = row.buttons
  return {
    id: row.id,
    app: appLabel(row.app_slug, row.app_display_name)!,
    ...(row.message !== null && { message: row.message }),
    ...(row.post_token !== null && { post: { post_token: row.post_token, title: row.post_title ?? '' } }),
    ...(primary && { primary_button: viewButton(primary) }),
    ...(secondary && { secondary_button: viewButton(secondary) }),
    read: row.read,
    created_at: row.created_at,
  }
}

const viewButton = ({ title, action }: NoticeButton): NoticeButtonView => ({
  title,
  action: viewAction(action),
})
