import type { AppLabel, ButtonAction } from './message-shapes.ts'

export interface NoticeButton {
  title: string
  action: ButtonAction
}

export interface Notice {
  id: string
  app: AppLabel
  message?: string
  post?: { post_token: string; title: string }
  primary_button?: NoticeButton
  secondary_button?: NoticeButton
  read: boolean
  created_at: string
}

export interface NoticePage {
  notices: Notice[]
  unread_count: number
  next_cursor: string | null
}
