import { defineWords } from '../../i18n/define-words.ts'

export const chatbotWords = defineWords(
  'chatbots',
  {
    start: 'Talk to an app',
    title: 'Talk to an app',
    text: 'What you write there goes to the app, and to nobody else.',
    list: 'Apps to talk to',
    talked: 'You have talked',
    blocked: 'Blocked',
    empty: 'No app to talk to yet',
    emptyText: 'Apps of this marketplace that can chat appear here.',
    unknown: {
      title: 'There is no such chatbot',
      text: 'The link may be mistyped, or the marketplace does not let this app chat at present.',
      back: 'To my conversations',
    },
  },
  {
    start: 'گفتگو با یک برنامه',
    title: 'گفتگو با یک برنامه',
    text: 'آنچه آنجا می‌نویسید فقط به همان برنامه می‌رسد.',
    list: 'برنامه‌هایی که می‌شود با آن‌ها گفتگو کرد',
    talked: 'گفتگو داشته‌اید',
    blocked: 'مسدود',
    empty: 'هنوز برنامه‌ای برای گفتگو نیست',
    emptyText: 'برنامه‌هایی از این بازار که می‌توانند گفتگو کنند اینجا می‌آیند.',
    unknown: {
      title: 'چنین چت‌باتی نیست',
      text: 'شاید پیوند درست نوشته نشده، یا بازار اکنون به این برنامه اجازهٔ گفتگو نمی‌دهد.',
      back: 'به گفتگوهای من',
    },
  },
)
