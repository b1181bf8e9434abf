import type { Surface } from '@charsu/protocol/error-catalogue/catalogue'
import type { Audience } from '@charsu/protocol/error-catalogue/entry'
import type { Locale } from './page.ts'

interface Words {
  title: string
  of: string
  all: string
  unknown: string
  near: string
  cause: string
  fix: string
  example: string
  status: string
  who: string
  audience: Readonly<Record<Audience, string>>
  surface: Readonly<Record<Surface, string>>
}

/** The words around the catalogue's own, which are English for everybody: they are for developers. */
export const ERROR_WORDS: Readonly<Record<Locale, Words>> = {
  en: {
    title: 'Errors of Charsu',
    of: 'What Charsu answers or records when something cannot be done, with its cause and what to do.',
    all: 'All errors',
    unknown: 'Charsu has no error of this name.',
    near: 'Did you mean one of these?',
    cause: 'Cause',
    fix: 'What to do',
    example: 'Example',
    status: 'Status',
    who: 'Who can mend it',
    audience: {
      app: 'the app’s code',
      user: 'the person who uses the app',
      host: 'the marketplace and its operator',
      developer: 'the app’s developer',
    },
    surface: {
      answer: 'In answers of the API',
      oauth: 'In answers of the token endpoint and in redirects of consent',
      click: 'When a button is clicked or an app is opened',
      delivery: 'When an event could not be delivered',
      attempt: 'At one attempt to call the app',
      'events URL': 'When an events URL was disabled',
      replay: 'In replays',
      signature: 'When an app verifies a signature',
    },
  },
  fa: {
    title: 'خطاهای چارسو',
    of: 'آنچه چارسو هنگام ناتوانی از انجام کاری پاسخ می‌دهد یا ثبت می‌کند، با علت و چارهٔ آن. متن خطاها انگلیسی است.',
    all: 'همهٔ خطاها',
    unknown: 'چارسو خطایی با این نام ندارد.',
    near: 'شاید یکی از این‌ها را می‌خواستید:',
    cause: 'علت',
    fix: 'چاره',
    example: 'نمونه',
    status: 'وضعیت',
    who: 'چه کسی می‌تواند درستش کند',
    audience: {
      app: 'کد برنامه',
      user: 'کاربر برنامه',
      host: 'سایت و گردانندهٔ آن',
      developer: 'توسعه‌دهندهٔ برنامه',
    },
    surface: {
      answer: 'در پاسخ‌های API',
      oauth: 'در پاسخ‌های نقطهٔ توکن و بازگشت از صفحهٔ اجازه',
      click: 'هنگام کلیک روی دکمه یا باز کردن برنامه',
      delivery: 'وقتی رویدادی تحویل داده نشد',
      attempt: 'در یک تلاش برای فراخوانی برنامه',
      'events URL': 'وقتی نشانی رویدادها غیرفعال شد',
      replay: 'در ارسال‌های دوباره',
      signature: 'هنگام بررسی امضا در برنامه',
    },
  },
}
