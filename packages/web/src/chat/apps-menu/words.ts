import { defineWords } from '../../i18n/define-words.ts'

export const appsMenuWords = defineWords(
  'apps-menu',
  {
    open: 'Apps',
    title: 'Apps for this conversation',
    opensTab: 'opens in a new tab',
    empty: 'No app is offered here.',
    failed: 'The apps could not be loaded.',
    again: 'Try again',
    loading: 'Loading the apps',
  },
  {
    open: 'برنامه‌ها',
    title: 'برنامه‌های این گفتگو',
    opensTab: 'در زبانهٔ تازه باز می‌شود',
    empty: 'برای این گفتگو برنامه‌ای پیشنهاد نشده است.',
    failed: 'برنامه‌ها بارگذاری نشد.',
    again: 'دوباره',
    loading: 'برنامه‌ها بارگذاری می‌شود',
  },
)
