import { SCOPE_RULES, type ScopeName } from '@charsu/protocol/scope-catalogue'
import { defineWords, type Words } from '../i18n/define-words.ts'

const fa: Record<ScopeName, string> = {
  CONVERSATION_SEND_MESSAGE: 'فرستادن پیام در همین گفتگو',
  CHAT_POST_CONVERSATIONS_MESSAGE_SEND: 'فرستادن پیام در همهٔ گفتگوهای این آگهی',
  CHAT_POST_CONVERSATIONS_READ: 'باخبر شدن از پیام‌های تازهٔ همهٔ گفتگوهای این آگهی',
  CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND: 'فرستادن پیام در همهٔ گفتگوهای آگهی‌های شخص',
  CHAT_SUPPLIER_ALL_CONVERSATIONS_READ: 'باخبر شدن از پیام‌های تازهٔ همهٔ گفتگوهای آگهی‌های شخص',
  CHAT_CONVERSATION_READ: 'خواندن همین گفتگو',
  CHAT_MESSAGE_SEND: 'فرستادن پیام به این شخص دربارهٔ این آگهی',
  CHAT_BOT_USER_MESSAGE_SEND: 'نوشتن به شخص به عنوان ربات گفتگو',
  SEND_EVENT: 'فرستادن اعلان',
  USER_ID: 'شناختن شخص با شناسه‌ای ویژهٔ برنامه',
  USER_PHONE: 'دیدن شمارهٔ تلفن',
  USER_POSTS_GET: 'دیدن آگهی‌ها و باخبر شدن از تغییرشان',
  NOTIFICATION_ACCESS_REVOCATION: 'باخبر شدن از پس گرفتن اجازه',
  offline_access: 'نگه داشتن اجازه وقتی شخص حضور ندارد',
  openid: 'شناختن شخص هنگام ورود',
  POST_ADDON_CREATE: 'افزودن بخشی به این آگهی',
  POST_EDIT: 'ویرایش این آگهی',
  POST_ONGOING_IMAGES_GET: 'دیدن عکس‌های این آگهی پیش از انتشار',
  POST_SEMANTIC_CREATE: 'افزودن اطلاعات به توضیحات این آگهی',
  BUSINESS_ADDON_CREATE: 'افزودن بخشی به این کسب‌وکار',
  BUSINESS_CREATE_CUSTOMIZED_BUTTON: 'تعیین دکمهٔ این کسب‌وکار',
  MANAGEMENT_APPS_READ: 'دیدن تنظیمات این برنامه',
  MANAGEMENT_APPS_WRITE: 'تغییر تنظیمات این برنامه',
  USER_ADDON_CREATE: 'افزودن بخشی به همهٔ آگهی‌های شخص',
  USER_POSTS_ADDON_CREATE: 'افزودن بخش‌هایی به آگهی‌های شخص',
  USER_POSTS_STATS_READ: 'دیدن آمار آگهی‌های شخص',
  USER_VERIFICATION_CREATE: 'ثبت اطلاعات تأییدشده دربارهٔ شخص',
  USER_SET_CUSTOMIZED_BUTTON: 'تعیین دکمهٔ آگهی‌های شخص',
  USER_BUSINESSES_READ: 'دیدن کسب‌وکارهای شخص',
  PRO_USER_PROFILE_IMAGE_READ: 'دیدن عکس نمایهٔ حرفه‌ای شخص',
  PAYMENT_ALL_POSTS_PRICING_READ: 'دیدن هزینهٔ آگهی‌های شخص',
  PAYMENT_ALL_POSTS_REORDER: 'نردبان کردن آگهی‌های شخص',
  PAYMENT_ALL_POSTS_RENEW: 'تمدید آگهی‌های شخص',
  PAY_USER_POST_PROMOTION: 'پرداخت هزینهٔ ارتقای آگهی‌های شخص',
  SUBMIT_USER_POST: 'ثبت آگهی برای شخص',
  SUBMIT_USER_PAYMENT: 'ثبت پرداخت برای شخص',
  EDIT_USER_POST: 'ویرایش آگهی‌های شخص',
  DELETE_USER_POST: 'حذف آگهی‌های شخص',
}

const en = Object.fromEntries(
  Object.entries(SCOPE_RULES).map(([name, { display }]) => [
    name,
    `${display.charAt(0).toUpperCase()}${display.slice(1)}`,
  ]),
)

/** What each scope allows, by its name. */
export const scopeWords: Words<Record<string, string>> = defineWords('console-scopes', en, fa)
