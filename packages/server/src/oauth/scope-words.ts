import type { ScopeName } from '@charsu/protocol/scopes'
import type { Locale } from '../http/page.ts'

/** What a scope lets the app do, in words for the person who decides; `{…}` are filled with names. */
export type ScopeWords = Record<ScopeName, string>

const en: ScopeWords = {
  CONVERSATION_SEND_MESSAGE: 'Send messages in your name to {partner} about {post}',
  CHAT_POST_CONVERSATIONS_MESSAGE_SEND: 'Send messages in your name in every chat about {post}',
  CHAT_POST_CONVERSATIONS_READ: 'Read new messages in every chat about {post}',
  CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND: 'Send messages in your name in every chat about your posts',
  CHAT_SUPPLIER_ALL_CONVERSATIONS_READ: 'Read new messages in every chat about your posts',
  CHAT_CONVERSATION_READ: 'Read your chat with {partner} about {post}',
  CHAT_MESSAGE_SEND: 'Send messages in your name to {partner} about {post}',
  CHAT_BOT_USER_MESSAGE_SEND: 'Write to you as a chatbot',
  SEND_EVENT: 'Send you notices',
  USER_ID: 'Recognise you by an identifier made for this app alone',
  USER_PHONE: 'See your phone number',
  USER_POSTS_GET: 'See your posts and hear of their changes',
  NOTIFICATION_ACCESS_REVOCATION: 'Be told when you take this permission back',
  offline_access: 'Keep these permissions while you are away, until you take them back',
  openid: 'Recognise you when you log in with it',
  POST_ADDON_CREATE: 'Add a section of its own to {post}',
  POST_EDIT: 'Edit {post}',
  POST_ONGOING_IMAGES_GET: 'See the images of {post} before it is published',
  POST_SEMANTIC_CREATE: 'Add facts to the description of {post}',
  BUSINESS_ADDON_CREATE: 'Add a section of its own to your business',
  BUSINESS_CREATE_CUSTOMIZED_BUTTON: 'Set the button of your business',
  MANAGEMENT_APPS_READ: 'See the settings of your app {app}',
  MANAGEMENT_APPS_WRITE: 'Change the settings of your app {app}',
  USER_ADDON_CREATE: 'Add a section of its own to all your posts',
  USER_POSTS_ADDON_CREATE: 'Add sections of its own to your posts',
  USER_POSTS_STATS_READ: 'See how often your posts are viewed',
  USER_VERIFICATION_CREATE: 'Add verified facts about you',
  USER_SET_CUSTOMIZED_BUTTON: 'Set the button of your posts',
  USER_BUSINESSES_READ: 'See your businesses',
  PRO_USER_PROFILE_IMAGE_READ: 'See your professional profile image',
  PAYMENT_ALL_POSTS_PRICING_READ: 'See what your posts cost',
  PAYMENT_ALL_POSTS_REORDER: 'Move your posts up',
  PAYMENT_ALL_POSTS_RENEW: 'Renew your posts',
  PAY_USER_POST_PROMOTION: 'Pay for promoting your posts',
  SUBMIT_USER_POST: 'Submit posts for you',
  SUBMIT_USER_PAYMENT: 'Submit payments for you',
  EDIT_USER_POST: 'Edit your posts',
  DELETE_USER_POST: 'Delete your posts',
}

const fa: ScopeWords = {
  CONVERSATION_SEND_MESSAGE: 'از طرف شما به {partner} دربارهٔ {post} پیام بفرستد',
  CHAT_POST_CONVERSATIONS_MESSAGE_SEND: 'در همهٔ گفتگوهای {post} از طرف شما پیام بفرستد',
  CHAT_POST_CONVERSATIONS_READ: 'پیام‌های تازهٔ همهٔ گفتگوهای {post} را بخواند',
  CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND: 'در همهٔ گفتگوهای آگهی‌های شما از طرف شما پیام بفرستد',
  CHAT_SUPPLIER_ALL_CONVERSATIONS_READ: 'پیام‌های تازهٔ همهٔ گفتگوهای آگهی‌های شما را بخواند',
  CHAT_CONVERSATION_READ: 'گفتگوی شما با {partner} دربارهٔ {post} را بخواند',
  CHAT_MESSAGE_SEND: 'از طرف شما به {partner} دربارهٔ {post} پیام بفرستد',
  CHAT_BOT_USER_MESSAGE_SEND: 'به عنوان ربات گفتگو به شما پیام بفرستد',
  SEND_EVENT: 'برای شما اعلان بفرستد',
  USER_ID: 'شما را با شناسه‌ای که فقط برای همین برنامه است بشناسد',
  USER_PHONE: 'شمارهٔ تلفن شما را ببیند',
  USER_POSTS_GET: 'آگهی‌های شما را ببیند و از تغییر آن‌ها باخبر شود',
  NOTIFICATION_ACCESS_REVOCATION: 'وقتی این اجازه را پس گرفتید باخبر شود',
  offline_access: 'این اجازه‌ها را وقتی حضور ندارید هم نگه دارد، تا زمانی که آن‌ها را پس بگیرید',
  openid: 'هنگام ورود شما را بشناسد',
  POST_ADDON_CREATE: 'بخشی از خودش به {post} بیفزاید',
  POST_EDIT: '{post} را ویرایش کند',
  POST_ONGOING_IMAGES_GET: 'عکس‌های {post} را پیش از انتشار ببیند',
  POST_SEMANTIC_CREATE: 'به توضیحات {post} اطلاعات بیفزاید',
  BUSINESS_ADDON_CREATE: 'بخشی از خودش به کسب‌وکار شما بیفزاید',
  BUSINESS_CREATE_CUSTOMIZED_BUTTON: 'دکمهٔ کسب‌وکار شما را تعیین کند',
  MANAGEMENT_APPS_READ: 'تنظیمات برنامهٔ شما {app} را ببیند',
  MANAGEMENT_APPS_WRITE: 'تنظیمات برنامهٔ شما {app} را تغییر دهد',
  USER_ADDON_CREATE: 'بخشی از خودش به همهٔ آگهی‌های شما بیفزاید',
  USER_POSTS_ADDON_CREATE: 'بخش‌هایی از خودش به آگهی‌های شما بیفزاید',
  USER_POSTS_STATS_READ: 'آمار بازدید آگهی‌های شما را ببیند',
  USER_VERIFICATION_CREATE: 'اطلاعات تأییدشده‌ای دربارهٔ شما ثبت کند',
  USER_SET_CUSTOMIZED_BUTTON: 'دکمهٔ آگهی‌های شما را تعیین کند',
  USER_BUSINESSES_READ: 'کسب‌وکارهای شما را ببیند',
  PRO_USER_PROFILE_IMAGE_READ: 'عکس نمایهٔ حرفه‌ای شما را ببیند',
  PAYMENT_ALL_POSTS_PRICING_READ: 'هزینهٔ آگهی‌های شما را ببیند',
  PAYMENT_ALL_POSTS_REORDER: 'آگهی‌های شما را نردبان کند',
  PAYMENT_ALL_POSTS_RENEW: 'آگهی‌های شما را تمدید کند',
  PAY_USER_POST_PROMOTION: 'هزینهٔ ارتقای آگهی‌های شما را بپردازد',
  SUBMIT_USER_POST: 'از طرف شما آگهی ثبت کند',
  SUBMIT_USER_PAYMENT: 'از طرف شما پرداخت ثبت کند',
  EDIT_USER_POST: 'آگهی‌های شما را ویرایش کند',
  DELETE_USER_POST: 'آگهی‌های شما را حذف کند',
}

export const SCOPE_WORDS: Record<Locale, ScopeWords> = { en, fa }

/** The same scopes in a chat with an app's chatbot, where there is neither a person nor a post. */
export const BOT_WORDS: Record<Locale, Partial<ScopeWords>> = {
  en: {
    CONVERSATION_SEND_MESSAGE: 'Send messages in your name to the chatbot {bot}',
    CHAT_CONVERSATION_READ: 'Read your chat with the chatbot {bot}',
  },
  fa: {
    CONVERSATION_SEND_MESSAGE: 'از طرف شما به ربات {bot} پیام بفرستد',
    CHAT_CONVERSATION_READ: 'گفتگوی شما با ربات {bot} را بخواند',
  },
}

/** Where a name is empty or its thing is gone. */
export const NAMELESS: Record<Locale, { partner: string; post: string; bot: string; app: string }> = {
  en: { partner: 'another user', post: 'a post', bot: 'of an app', app: 'that you own' },
  fa: { partner: 'کاربری دیگر', post: 'یک آگهی', bot: 'یک برنامه', app: 'خودتان' },
}
