import type { TwoFacedMessage } from './charsu.ts'
import { timeInWords } from './visit-times.ts'

/** What a button carries, so that a click tells what it was for. */
export type ButtonData = { visit: 'plan' } | { visit: 'next' } | { visit: 'address' } | PickData

export interface PickData {
  visit: 'pick'
  time: string
}

export interface VisitOffer {
  postToken: string
  /** As ISO 8601, at most 3. */
  times: readonly string[]
  guideUrl: string
}

/**
 * One message with two faces: it goes out as the seller, so the seller sees `sender_buttons` and manages the visits,
 * and the buyer sees `receiver_buttons` and picks a time.
 */
export const visitMessage = ({ postToken, times, guideUrl }: VisitOffer): TwoFacedMessage => ({
  message: 'برای بازدید حضوری، یکی از این زمان‌ها را انتخاب کنید.',
  sender_buttons: {
    rows: [
      {
        buttons: [
          {
            caption: 'دیدن برنامهٔ بازدیدها',
            icon: 'EVENT_NOTE',
            action: { open_server_link: { data: { visit: 'plan' } satisfies ButtonData } },
          },
        ],
      },
      {
        buttons: [
          {
            caption: 'بازدید بعدی',
            icon: 'CALENDAR_TEXT',
            action: { get_dynamic_action: { data: { visit: 'next' } satisfies ButtonData } },
          },
          { caption: 'مدیریت آگهی', action: { open_post_manage_page: { post_token: postToken } } },
        ],
      },
    ],
  },
  receiver_buttons: {
    rows: [
      {
        buttons: times.map((time) => ({
          caption: timeInWords(time),
          icon: 'CLOCK',
          action: { get_dynamic_action: { data: { visit: 'pick', time } satisfies ButtonData } },
        })),
      },
      {
        buttons: [
          {
            caption: 'نشانی روی نقشه',
            icon: 'MAP_MARKER',
            action: { get_dynamic_action: { data: { visit: 'address' } satisfies ButtonData } },
          },
          { caption: 'راهنمای بازدید', icon: 'HELP_OUTLINE', action: { open_direct_link: guideUrl } },
        ],
      },
    ],
  },
})
