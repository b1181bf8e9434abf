import type { Locale } from '../http/page.ts'

interface Words {
  title: string
  you: string
  nothing: string
  older: string
  latest: string
  refresh: string
  write: string
  send: string
  blocked: string
  closed: string
  deleted: string
  image: string
  voice: string
  video: string
  place: string
  contact: string
  back: string
  done: string
  failed: string
  notFound: string
  noConversation: string
  noChatbot: string
  noLogin: string
  noLoginHint: string
}

/** What the chat page itself says; an app's words are shown as the app's. */
export const CHAT_WORDS = {
  en: {
    title: 'Chat',
    you: 'You',
    nothing: 'Nothing has been said yet.',
    older: 'Older messages',
    latest: 'Latest messages',
    refresh: 'Look for new messages',
    write: 'Your message',
    send: 'Send',
    blocked: 'You have blocked the other side; nothing can be sent.',
    closed: 'Nothing can be sent here.',
    deleted: 'This message is no longer there.',
    image: 'Picture',
    voice: 'Voice message',
    video: 'Video',
    place: 'Place',
    contact: 'Contact',
    back: 'Back to the chat',
    done: 'Done',
    failed: 'That did not work. Try again later.',
    notFound: 'There is nothing here',
    noConversation: 'You have no such conversation. Go back to where you came from.',
    noChatbot: 'There is no such chatbot, or it may not chat now. Go back to where you came from.',
    noLogin: 'You cannot log in yet',
    noLoginHint:
      'The marketplace has not said where people log in: its operator sets the page template login_url.',
  },
  fa: {
    title: 'گفتگو',
    you: 'شما',
    nothing: 'هنوز چیزی گفته نشده است.',
    older: 'پیام‌های قدیمی‌تر',
    latest: 'تازه‌ترین پیام‌ها',
    refresh: 'دیدن پیام‌های تازه',
    write: 'پیام شما',
    send: 'فرستادن',
    blocked: 'شما طرف مقابل را مسدود کرده‌اید؛ پیامی فرستاده نمی‌شود.',
    closed: 'در اینجا نمی‌توان پیامی فرستاد.',
    deleted: 'این پیام دیگر وجود ندارد.',
    image: 'عکس',
    voice: 'پیام صوتی',
    video: 'ویدیو',
    place: 'مکان',
    contact: 'مخاطب',
    back: 'بازگشت به گفتگو',
    done: 'انجام شد',
    failed: 'این کار انجام نشد. بعداً دوباره تلاش کنید.',
    notFound: 'اینجا چیزی نیست',
    noConversation: 'چنین گفتگویی ندارید. به جایی که بودید برگردید.',
    noChatbot: 'چنین ربات گفتگویی وجود ندارد یا اکنون اجازهٔ گفتگو ندارد. به جایی که بودید برگردید.',
    noLogin: 'هنوز نمی‌توانید وارد شوید',
    noLoginHint:
      'بازار نگفته است که کاربران کجا وارد می‌شوند: گردانندهٔ آن باید الگوی صفحهٔ login_url را تعیین کند.',
  },
} as const satisfies Record<Locale, Words>
