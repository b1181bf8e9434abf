import { action, fillGrid, grid, link, type PostFaces, postManagePage, serverLink } from '@charsu/sdk'
import * as Type from 'typebox'
import { timeInWords } from './visit-times.ts'

/** The buyer picks a time, as ISO 8601. */
export const pick = action('pick', Type.Object({ time: Type.String() }))
export const address = action('address')
export const next = action('next')
/** The seller's page. */
export const plan = serverLink('plan')

export const PROPOSAL = 'برای بازدید حضوری، یکی از این زمان‌ها را انتخاب کنید.'

export interface VisitOffer {
  postToken: string
  /** As ISO 8601, at most 3. */
  times: readonly string[]
  guideUrl: string
}

/** The two faces of the proposal: the seller manages visits, the buyer picks a time. */
export const visitFaces = ({ postToken, times, guideUrl }: VisitOffer): PostFaces => ({
  seller: grid([
    [plan.button('دیدن برنامهٔ بازدیدها', { icon: 'EVENT_NOTE' })],
    [next.button('بازدید بعدی', { icon: 'CALENDAR_TEXT' }), postManagePage('مدیریت آگهی', postToken)],
  ]),
  buyer: fillGrid(
    [
      ...times.map((time) => pick.button(timeInWords(time), { time }, { icon: 'CLOCK' })),
      address.button('نشانی روی نقشه', { icon: 'MAP_MARKER' }),
      link('راهنمای بازدید', guideUrl, { icon: 'HELP_OUTLINE' }),
    ],
    { columns: 3 },
  ),
})
