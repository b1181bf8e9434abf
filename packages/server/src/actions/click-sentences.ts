import type { FailureReason } from './click-result.ts'

export type Language = 'fa' | 'en'

/** A locale such as `fa-IR` to a language that we speak. */
export const languageOf = (locale: string): Language => (/^fa\b/i.test(locale) ? 'fa' : 'en')

type Sentence = Record<Language, (app: string) => string>

const NOT_SET_UP: Sentence = {
  en: (app) => `${app} has not set this button up yet. Try again later, or tell ${app}.`,
  fa: (app) =>
    `«${app}» هنوز این دکمه را راه‌اندازی نکرده است. بعداً دوباره امتحان کنید یا به «${app}» خبر دهید.`,
}
const UNREACHABLE: Sentence = {
  en: (app) => `${app} could not be reached. Try again in a few minutes.`,
  fa: (app) => `ارتباط با «${app}» برقرار نشد. چند دقیقهٔ دیگر دوباره امتحان کنید.`,
}
const TIMED_OUT: Sentence = {
  en: (app) => `${app} took too long to answer. Try again.`,
  fa: (app) => `«${app}» به‌موقع پاسخ نداد. دوباره امتحان کنید.`,
}
const APP_TROUBLE: Sentence = {
  en: (app) => `${app} has a problem just now. Try again in a few minutes.`,
  fa: (app) => `«${app}» اکنون با مشکلی روبه‌رو است. چند دقیقهٔ دیگر دوباره امتحان کنید.`,
}
const BAD_ANSWER: Sentence = {
  en: (app) => `${app} gave an answer that cannot be shown. If it happens again, tell ${app}.`,
  fa: (app) => `پاسخ «${app}» قابل نمایش نیست. اگر تکرار شد، به «${app}» خبر دهید.`,
}

/** What a user reads when a click failed: what happened, and what they can do (wire contract §3). */
const SENTENCES: Record<FailureReason, Sentence> = {
  NO_URL_SET: NOT_SET_UP,
  URL_REFUSED: NOT_SET_UP,
  UNREACHABLE,
  TIMED_OUT,
  NOT_2XX: APP_TROUBLE,
  ANSWER_TOO_LONG: BAD_ANSWER,
  NOT_JSON: BAD_ANSWER,
  NO_URL: BAD_ANSWER,
  BAD_URL: BAD_ANSWER,
  BAD_ACTION: BAD_ANSWER,
  TOO_DEEP: BAD_ANSWER,
  APP_GONE: {
    en: () => 'The app behind this button is no longer here. You can go on without it.',
    fa: () => 'برنامهٔ این دکمه دیگر در دسترس نیست. می‌توانید بدون آن ادامه دهید.',
  },
  APP_SHUT_OUT: {
    en: (app) =>
      `The marketplace has switched ${app} off, so its buttons do not work. You can go on without it.`,
    fa: (app) => `سایت «${app}» را غیرفعال کرده است و دکمه‌هایش کار نمی‌کنند. می‌توانید بدون آن ادامه دهید.`,
  },
  USER_BLACKLISTED: {
    en: () => 'Your account is restricted, so buttons do not work. Contact the marketplace’s support.',
    fa: () => 'حساب شما محدود شده است و دکمه‌ها کار نمی‌کنند. با پشتیبانی تماس بگیرید.',
  },
  NO_PAGE_TEMPLATE: {
    en: () => 'This page cannot be opened from here. Look for the post on the marketplace’s own site.',
    fa: () => 'این صفحه از اینجا باز نمی‌شود. آگهی را در خود سایت پیدا کنید.',
  },
  POST_UNKNOWN: {
    en: () => 'This post is no longer there. Look for similar ones on the marketplace.',
    fa: () => 'این آگهی دیگر وجود ندارد. آگهی‌های مشابه را در سایت ببینید.',
  },
  NOT_POST_OWNER: {
    en: () => 'Only the post’s owner can manage it. Log in as its owner to open this page.',
    fa: () => 'فقط صاحب آگهی می‌تواند آن را مدیریت کند. با حساب صاحب آگهی وارد شوید.',
  },
  OWN_POST: {
    en: (app) => `This is your own post; here ${app} opens for those who look at it.`,
    fa: (app) => `این آگهی خود شماست؛ «${app}» اینجا برای بازدیدکنندگان آن باز می‌شود.`,
  },
  CONVERSATION_UNKNOWN: {
    en: () => 'You have no such conversation. Open the app again from the chat.',
    fa: () => 'چنین گفتگویی ندارید. برنامه را دوباره از گفتگو باز کنید.',
  },
  NOT_OFFERED_HERE: {
    en: (app) => `${app} is not offered here. Go back to where you came from.`,
    fa: (app) => `«${app}» در اینجا ارائه نمی‌شود. به جایی که بودید برگردید.`,
  },
  IN_DEVELOPMENT: {
    en: (app) => `${app} is still in development and does not open here yet.`,
    fa: (app) => `«${app}» هنوز در حال توسعه است و اینجا باز نمی‌شود.`,
  },
  TOO_MANY_MESSAGES: {
    en: () => 'You have written too many messages just now. Try again in a minute.',
    fa: () => 'در این دقیقه پیام‌های زیادی نوشته‌اید. یک دقیقهٔ دیگر دوباره امتحان کنید.',
  },
  NO_CHATBOT: {
    en: (app) => `There is no chat with ${app} now. Go back to where you came from.`,
    fa: (app) => `اکنون نمی‌توان با «${app}» گفتگو کرد. به جایی که بودید برگردید.`,
  },
  CHAT_REFUSED: {
    en: (app) => `The chat with ${app} is blocked. Unblock it in your chats, then open it again.`,
    fa: (app) => `گفتگو با «${app}» مسدود است. آن را در گفتگوها از مسدودی درآورید و دوباره باز کنید.`,
  },
}

export const sentenceFor = (reason: FailureReason, language: Language, app: string): string =>
  SENTENCES[reason][language](app)
