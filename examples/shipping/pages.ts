import type { Written } from './details.ts'
import type { Parcel } from './parcels.ts'
import { STATUS_WORDS } from './words.ts'

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign)

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  // The address is a secret, and so is what stands behind it.
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}

/** @param body HTML; whatever people wrote has to be escaped in it. */
function page(title: string, body: string, status = 200): Response {
  const html = `<!doctype html>
<html lang="fa" dir="rtl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark }
body { max-width: 32rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.8 Vazirmatn, system-ui, Tahoma, sans-serif }
input, button { box-sizing: border-box; width: 100%; min-height: 2.75rem; padding: 0 .75rem; font: inherit }
label { display: block; margin-block: 1rem }
button { cursor: pointer }
</style>
</head>
<body><h1>${escaped(title)}</h1>
${body}
</body>
</html>
`
  return new Response(html, { status, headers: HEADERS })
}

const backLink = (url: string): string => `<p><a href="${escaped(url)}">بازگشت به گفتگو</a></p>`

export function formPage(returnUrl: string, written: Written, faults: readonly string[] = []): Response {
  const list = faults.map((fault) => `<li>${escaped(fault)}</li>`).join('')
  const body = `${list && `<ul role="alert">${list}</ul>`}
<form method="post">
<label>در بسته چیست؟ <input name="contents" value="${escaped(written.contents)}" required maxlength="60"></label>
<label>شهر مقصد <input name="city" value="${escaped(written.city)}" required maxlength="40"></label>
<label>وزن (گرم) <input name="weight" value="${escaped(written.weight)}" required inputmode="numeric" dir="ltr"></label>
<button>ثبت بسته</button>
</form>
${backLink(returnUrl)}`
  return page('ارسال بسته', body, faults.length > 0 ? 400 : 200)
}

export const registeredPage = (parcel: Parcel, returnUrl: string): Response =>
  page('بسته ثبت شد', `<p>کد رهگیری: <b dir="ltr">${escaped(parcel.id)}</b></p>${backLink(returnUrl)}`)

export function labelPage(parcel: Parcel, returnUrl: string): Response {
  const body = `<p>${escaped(parcel.contents)}</p>
<p>به: ${escaped(parcel.city)}</p>
<p>وزن: ${parcel.weightGrams.toLocaleString('fa')} گرم</p>
<p>کد رهگیری: <b dir="ltr">${escaped(parcel.id)}</b></p>
<p>${escaped(STATUS_WORDS[parcel.status])}</p>
${backLink(returnUrl)}`
  return page('برچسب بسته', body)
}

export const notSentPage = (returnUrl: string): Response =>
  page(
    'ثبت نشد',
    `<p>پیام به گفتگو نرسید. همین صفحه را دوباره بفرستید، یا برنامه را از گفتگو دوباره باز کنید.</p>${backLink(returnUrl)}`,
    502,
  )

export const gonePage = (): Response =>
  page('این صفحه بسته شده است', '<p>برنامه را دوباره از گفتگو باز کنید.</p>', 404)
