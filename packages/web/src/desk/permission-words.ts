import { PERMISSIONS, type PermissionName } from '@charsu/protocol/permissions'
import { defineWords, type Words } from '../i18n/define-words.ts'

const fa: Record<PermissionName, string> = {
  CHAT_SEND_MESSAGE_OAUTH: 'فرستادن پیام در گفتگو',
  CHAT_BOT_SEND_MESSAGE: 'فرستادن پیام به عنوان ربات گفتگو',
  CHAT_READ_CONVERSATION: 'خواندن گفتگو',
  CHAT_UPLOAD_MEDIA: 'گرفتن توکن بارگذاری فایل',
  EVENTS_REGISTER_SUBSCRIPTION: 'اشتراک رویدادها',
  EVENTS_SEND: 'فرستادن اعلان به کاربر',
  USER_RETRIEVE: 'خواندن اطلاعات کاربر',
  GET_USER_ID_BY_PHONE: 'یافتن کاربر با شمارهٔ تلفن',
  GET_POST: 'خواندن آگهی',
  GET_USER_POSTS: 'فهرست آگهی‌های کاربر',
  GET_USER_POST: 'خواندن آگهی خود کاربر',
  SEARCH_POST: 'جستجوی آگهی‌ها',
  ADD_ON_CREATE: 'افزودن بخشی به آگهی',
  ADD_ON_DELETE: 'حذف بخش افزوده از آگهی',
  BALANCE_RETRIEVE: 'دیدن موجودی',
  BUSINESS_ADDON_CREATE: 'افزودن بخشی به کسب‌وکار',
  BUSINESS_CUSTOMIZED_BUTTON_CREATE: 'تعیین دکمهٔ کسب‌وکار',
  CAN_USER_SUBMIT_POST: 'پرسیدن اینکه کاربر می‌تواند آگهی ثبت کند',
  DELETE_USER_POST: 'حذف آگهی کاربر',
  EDIT_POST: 'ویرایش آگهی',
  GET_PRO_USER_PROFILE_IMAGE: 'دیدن عکس نمایهٔ حرفه‌ای',
  GET_USER_BUSINESSES: 'فهرست کسب‌وکارهای کاربر',
  PAYMENT_TICKET_VALIDATE: 'سنجیدن برگهٔ پرداخت',
  PAY_POST_PROMOTION: 'پرداخت هزینهٔ ارتقای آگهی',
  POST_PRICING_RETRIEVE: 'دیدن هزینهٔ آگهی',
  POST_RENEW: 'تمدید آگهی',
  POST_REORDER: 'نردبان کردن آگهی',
  POST_SEMANTIC_CREATE: 'افزودن اطلاعات به توضیحات آگهی',
  POST_STATS_RETRIEVE: 'دیدن آمار آگهی',
  PUBLISH_USER_POST: 'انتشار آگهی کاربر',
  SET_CUSTOMIZED_BUTTON: 'تعیین دکمهٔ آگهی',
  SUBMIT_POST: 'ثبت آگهی',
  SUBMIT_USER_PAYMENT: 'ثبت پرداخت کاربر',
  SUBMIT_USER_POST: 'ثبت آگهی برای کاربر',
  TRANSACTION_LIST: 'فهرست تراکنش‌ها',
  TRANSACTION_RETRIEVE: 'خواندن تراکنش',
  UPLOAD_POST_IMAGE: 'بارگذاری عکس آگهی',
  USER_ADDON_CREATE: 'افزودن بخشی به صفحهٔ کاربر',
  USER_ADDON_DELETE: 'حذف بخش افزوده از صفحهٔ کاربر',
  USER_SEMANTIC_CREATE: 'افزودن اطلاعات دربارهٔ کاربر',
  USER_SEMANTIC_DELETE: 'حذف اطلاعات دربارهٔ کاربر',
}

const en = Object.fromEntries(
  PERMISSIONS.map(({ slug, display }) => [slug, `${display.charAt(0).toUpperCase()}${display.slice(1)}`]),
)

/** What each permission allows, by its name. */
export const permissionWords: Words<Record<string, string>> = defineWords('console-permissions', en, fa)
