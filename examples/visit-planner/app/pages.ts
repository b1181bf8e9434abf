import type { OfferOutcome } from './offer-times.ts'
import type { OpenPage, Visit } from './store.ts'
import { timeInWords } from './visit-times.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign)

const page = (title: string, body: string): string => `<!doctype html>
<html lang="fa" dir="rtl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark }
body { max-width: 32rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.8 Vazirmatn, system-ui, Tahoma, sans-serif }
button { min-height: 2.75rem; padding: 0 1rem; font: inherit; cursor: pointer }
li { margin-block: .75rem }
</style>
</head>
<body><h1>${escaped(title)}</h1>${body}</body>
</html>
`

export const messagePage = (title: string, text: string): string => page(title, `<p>${escaped(text)}</p>`)

export const frontPage = (): string =>
  page(
    'برنامه‌ریز بازدید',
    `<p>پس از اجازهٔ شما، به خریدارانِ یک آگهی زمان بازدید پیشنهاد می‌کنم.</p>
<form action="/connect"><label>شناسهٔ آگهی <input name="post_token" required dir="ltr"></label> <button>اتصال</button></form>`,
  )

export const guidePage = (): string =>
  messagePage('راهنمای بازدید', 'کارت شناسایی همراه داشته باشید و ده دقیقه زودتر برسید.')

/** The seller's plan of visits, with a form to offer times once more. */
export function planPage(ticket: string, { returnUrl }: OpenPage, visits: readonly Visit[]): string {
  const rows = visits.map(({ conversationId, picked }) => {
    const offer = `/plan/${ticket}/offer?${new URLSearchParams({ conversation_id: conversationId })}`
    return `<li>${picked ? escaped(timeInWords(picked)) : 'هنوز زمانی انتخاب نشده است'}
<form method="post" action="${escaped(offer)}"><button>پیشنهاد دوبارهٔ زمان‌ها</button></form></li>`
  })
  const list = rows.length > 0 ? `<ul>${rows.join('')}</ul>` : '<p>هنوز کسی برای بازدید نپرسیده است.</p>'
  return page('برنامهٔ بازدیدها', `${list}<p><a href="${escaped(returnUrl)}">بازگشت به گفتگو</a></p>`)
}

const OFFERED: Readonly<Record<OfferOutcome, string>> = {
  sent: 'زمان‌های بازدید در گفتگو فرستاده شد.',
  no_consent: 'اجازهٔ فرستادن پیام نداریم؛ برنامه را دوباره متصل کنید.',
  refused_by_person: 'پیام نرسید: یکی از دو طرف، دیگری را مسدود کرده است.',
}

export const offeredPage = (outcome: OfferOutcome): string =>
  messagePage(outcome === 'sent' ? 'فرستاده شد' : 'فرستاده نشد', OFFERED[outcome])
