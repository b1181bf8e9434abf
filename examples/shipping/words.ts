import type { Parcel, Status } from './parcels.ts'

/** What is said in the chat, and stands on buttons. */
export const STATUS_WORDS: Record<Status, string> = {
  registered: 'ثبت شد',
  handed_over: 'به پست تحویل داده شد',
  on_the_way: 'در راه است',
  delivered: 'به دست گیرنده رسید',
}

export const CAPTIONS = { label: 'چاپ برچسب', another: 'بستهٔ دیگر', track: 'بسته کجاست؟' }

export const registeredText = ({ id, contents, city }: Omit<Parcel, 'status'>): string =>
  `بستهٔ «${contents}» به مقصد ${city} ثبت شد. کد رهگیری: ${id}`

export const statusText = ({ contents }: Parcel, status: Status): string =>
  `بستهٔ «${contents}» ${STATUS_WORDS[status]}.`

export const TOASTS = {
  notHere: 'این برنامه را از گفتگوی یک آگهی باز کنید.',
  sellerOnly: 'فقط فروشنده می‌تواند بسته بفرستد.',
  unknown: 'این بسته دیگر در دسترس نیست.',
}
