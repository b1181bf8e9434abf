import type { Locale } from '../http/page.ts'

/** Persian and Arabic letters, wherever they are written. */
const ARABIC_SCRIPT = /\p{Script=Arabic}/u
const LATIN_SCRIPT = /\p{Script=Latin}/u

/** The language to answer a text in; Persian where it does not tell. */
export const languageOf = (text: string | undefined): Locale =>
  text !== undefined && LATIN_SCRIPT.test(text) && !ARABIC_SCRIPT.test(text) ? 'en' : 'fa'

/** Everything that the bot says, in both languages. */
export const WORDS = {
  fa: {
    offer: 'سلام! برای بازدید این دو وقت را خالی دارم. هرکدام برایتان بهتر است، روی همان بزنید.',
    offerAgain: 'این هم دو وقت دیگر. هرکدام برایتان بهتر است، روی همان بزنید.',
    booked: (time: string) => `بازدیدتان برای ${time} ثبت شده است. اگر وقت دیگری می‌خواهید، روی آن بزنید.`,
    allVisits: 'همهٔ بازدیدها',
    another: 'وقتی دیگر',
    anotherSent: 'دو وقت تازه برایتان فرستادم.',
    set: (time: string) => `بازدید شما ثبت شد: ${time}.`,
    settled: (time: string) => `قرارمان ${time}. منتظرتان هستم.`,
    notice: (time: string) => `خریدار برای بازدید ${time} را انتخاب کرد.`,
    past: 'این وقت گذشته است. یک پیام بفرستید تا وقت‌های تازه بگیرید.',
    sellerOnly: 'فهرست بازدیدها را فقط فروشنده می‌بیند.',
    notUnderstood: 'این دکمه دیگر کار نمی‌کند. یک پیام تازه بفرستید.',
    chatbot:
      'سلام! من ربات نمونهٔ چارسو هستم. در گفتگوهای آگهی قرار بازدید می‌گذارم و همین‌جا هم به هر پیامی جواب می‌دهم.',
    chatbotAgain: 'پیامتان رسید. هر چه بنویسید، برنامه‌ای مثل من آن را در یک چشم‌به‌هم‌زدن می‌گیرد.',
    chatbotStart: (token: string) => `از صفحهٔ ${token} آمدید. چه کمکی از من برمی‌آید؟`,
    hello: 'سلام کن',
    helloToast: 'سلام! این پیام کوتاه، جواب همان دکمه است.',
    about: 'دربارهٔ من',
  },
  en: {
    offer: 'Hello! I have these two times free for a visit. Tap the one that suits you better.',
    offerAgain: 'Here are two more times. Tap the one that suits you better.',
    booked: (time: string) => `Your visit is set for ${time}. If you would rather have another time, tap it.`,
    allVisits: 'All visits',
    another: 'Another time',
    anotherSent: 'I have sent you two new times.',
    set: (time: string) => `Your visit is set: ${time}.`,
    settled: (time: string) => `It is settled: ${time}. See you there.`,
    notice: (time: string) => `The buyer has chosen ${time} for a visit.`,
    past: 'This time has passed. Write a message to get new ones.',
    sellerOnly: 'Only the seller sees the list of visits.',
    notUnderstood: 'This button does not work any more. Write a new message.',
    chatbot:
      'Hello! I am the demo bot of Charsu. I arrange visits in chats about posts, and I answer every message here.',
    chatbotAgain: 'Your message arrived. Whatever you write, an app like me has it in the blink of an eye.',
    chatbotStart: (token: string) => `You come from the page of ${token}. What can I do for you?`,
    hello: 'Say hello',
    helloToast: 'Hello! This short note is the answer to that button.',
    about: 'About me',
  },
} as const
