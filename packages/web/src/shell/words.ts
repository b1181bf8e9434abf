import { defineWords } from '../i18n/define-words.ts'

export const shellWords = defineWords(
  'shell',
  {
    brand: 'Charsu',
    settings: 'Language and appearance',
    language: 'Language',
    appearance: 'Appearance',
    theme: { system: 'As the system', light: 'Light', dark: 'Dark' },
    logOut: 'Log out',
    skip: 'Skip to the content',
    notFound: {
      title: 'There is no such page',
      text: 'The address may have been mistyped, or what it named is gone.',
      back: 'To the start',
    },
    crashed: {
      title: 'This page has failed',
      text: 'The fault is ours. Nothing that was sent is lost; load the page again.',
      reload: 'Load again',
    },
    away: {
      title: 'The server does not answer',
      text: 'Check the connection. Nothing that was sent is lost, and this page comes by itself once there is an answer.',
    },
    sessionEnded: {
      title: 'Your session has ended',
      text: 'You logged out elsewhere, or too much time has passed. Log in to go on where you were.',
      logIn: 'Log in',
    },
    areas: { playground: 'Playground', chat: 'Chat', console: 'Console', operator: 'Operator' },
  },
  {
    brand: 'چارسو',
    settings: 'زبان و نما',
    language: 'زبان',
    appearance: 'نما',
    theme: { system: 'مانند دستگاه', light: 'روشن', dark: 'تیره' },
    logOut: 'خروج',
    skip: 'پرش به محتوا',
    notFound: {
      title: 'چنین صفحه‌ای نیست',
      text: 'شاید نشانی درست نوشته نشده، یا آنچه نام می‌برد دیگر نیست.',
      back: 'به آغاز',
    },
    crashed: {
      title: 'این صفحه از کار افتاد',
      text: 'ایراد از ماست. چیزی که فرستاده‌اید از دست نرفته؛ صفحه را دوباره باز کنید.',
      reload: 'بارگذاری دوباره',
    },
    away: {
      title: 'سرور پاسخ نمی‌دهد',
      text: 'اتصال را بررسی کنید. چیزی که فرستاده‌اید از دست نرفته است و تا پاسخی بیاید، همین صفحه خودش باز می‌شود.',
    },
    sessionEnded: {
      title: 'نشست شما پایان یافته است',
      text: 'جای دیگری خارج شده‌اید، یا زمان زیادی گذشته است. وارد شوید و از همین‌جا ادامه دهید.',
      logIn: 'ورود',
    },
    areas: { playground: 'آزمایشگاه', chat: 'گفتگو', console: 'پیشخان برنامه‌ها', operator: 'گرداننده' },
  },
)
