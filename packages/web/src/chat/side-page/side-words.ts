import { defineWords } from '../../i18n/define-words.ts'

export const sideWords = defineWords(
  'side',
  {
    back: 'To the conversations',
    pages: 'More of mine',
    notices: 'Notices',
    connectedApps: 'Connected apps',
    blocked: 'Blocked',
  },
  {
    back: 'به گفتگوها',
    pages: 'صفحه‌های دیگر من',
    notices: 'اعلان‌ها',
    connectedApps: 'برنامه‌های متصل',
    blocked: 'مسدودشده‌ها',
  },
)
