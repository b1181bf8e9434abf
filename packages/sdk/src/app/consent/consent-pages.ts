/** What people are told in their browser, in Persian and English. */
export const CONSENT_TEXTS = {
  connected: ['متصل شد', 'Connected', 'می‌توانید این صفحه را ببندید.', 'You may close this page.'],
  denied: [
    'متصل نشد',
    'Not connected',
    'اجازه ندادید؛ هر وقت خواستید دوباره بیایید.',
    'You did not allow it; come back whenever you like.',
  ],
  stale: [
    'این پیوند دیگر کار نمی‌کند',
    'This link does not work any more',
    'به گفتگو برگردید و از نو آغاز کنید.',
    'Go back to where you found it and start again.',
  ],
  foreign: [
    'این پاسخ از آنِ این مرورگر نیست',
    'This answer does not belong to this browser',
    'از نو آغاز کنید، و همین مرورگر را به کار ببرید؛ کوکی‌ها باید روشن باشند.',
    'Start again, stay in one browser, and allow cookies.',
  ],
  somebody_else: [
    'با حساب دیگری وارد شده‌اید',
    'You are signed in as somebody else',
    'با همان حسابی اجازه دهید که پیوند برایش باز شد.',
    'Sign in with the account that the link was opened for.',
  ],
  failed: ['نشد', 'It did not work', 'اندکی بعد دوباره تلاش کنید.', 'Try again in a moment.'],
} as const

export type ConsentText = keyof typeof CONSENT_TEXTS

/** A small page; nothing of the request stands in it. */
export function consentPage(text: ConsentText, status: number, language: string | null): Response {
  const [titleFa, titleEn, fa, en] = CONSENT_TEXTS[text]
  const english = /^\s*en\b/i.test(language ?? '')
  const [title, line, lang, dir] = english ? [titleEn, en, 'en', 'ltr'] : [titleFa, fa, 'fa', 'rtl']
  return new Response(
    `<!doctype html>
<html lang="${lang}" dir="${dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
:root { color-scheme: light dark }
body { max-width: 32rem; margin: 20vh auto; padding: 0 1rem; font: 1rem/1.8 Vazirmatn, system-ui, Tahoma, sans-serif }
</style>
</head>
<body><main><h1>${title}</h1><p>${line}</p></main></body>
</html>
`,
    {
      status,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
      },
    },
  )
}
