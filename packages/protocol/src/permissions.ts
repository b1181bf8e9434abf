import { didYouMean } from './nearest.ts'

/** Where a permission or scope stands in its life, as the assets operations say it (wire contract §8). */
export type LifecycleState = 'EXPERIMENTAL' | 'ACTIVE' | 'DEPRECATING_SOON' | 'DEPRECATED'

export interface PermissionEntry {
  slug: string
  /** What a key with it may do, to follow "allows to". */
  display: string
  lifecycle_state: LifecycleState
}

/** Permissions whose operations are served (wire contract §1). */
const SERVED = {
  CHAT_SEND_MESSAGE_OAUTH: 'send a message to a conversation',
  CHAT_BOT_SEND_MESSAGE: 'send a message as chatbot',
  CHAT_READ_CONVERSATION: 'read a conversation',
  CHAT_UPLOAD_MEDIA: 'get an upload token',
  EVENTS_REGISTER_SUBSCRIPTION: 'subscribe to events',
  EVENTS_SEND: 'send an event to a user',
  USER_RETRIEVE: 'read a user',
  GET_USER_ID_BY_PHONE: 'find a user by phone number',
  GET_POST: 'read a post',
  GET_USER_POSTS: "list a user's posts",
  GET_USER_POST: "read a user's own post",
  SEARCH_POST: 'search posts',
} as const

/** The others of the public description, which an app may hold although their operations answer code 12. */
const NOT_SERVED = {
  ADD_ON_CREATE: 'create an add-on on a post',
  ADD_ON_DELETE: 'delete an add-on of a post',
  BALANCE_RETRIEVE: 'read the balance',
  BUSINESS_ADDON_CREATE: 'create an add-on on a business',
  BUSINESS_CUSTOMIZED_BUTTON_CREATE: "set a business's button",
  CAN_USER_SUBMIT_POST: 'ask whether a user may submit a post',
  DELETE_USER_POST: "delete a user's post",
  EDIT_POST: 'edit a post',
  GET_PRO_USER_PROFILE_IMAGE: "read a professional user's profile image",
  GET_USER_BUSINESSES: "list a user's businesses",
  PAYMENT_TICKET_VALIDATE: 'validate a payment ticket',
  PAY_POST_PROMOTION: "pay a post's promotion",
  POST_PRICING_RETRIEVE: "read a post's pricing",
  POST_RENEW: 'renew a post',
  POST_REORDER: 'move a post up',
  POST_SEMANTIC_CREATE: "add facts to a post's description",
  POST_STATS_RETRIEVE: "read a post's statistics",
  PUBLISH_USER_POST: "publish a user's post",
  SET_CUSTOMIZED_BUTTON: "set a post's button",
  SUBMIT_POST: 'submit a post',
  SUBMIT_USER_PAYMENT: 'submit a payment of a user',
  SUBMIT_USER_POST: 'submit a post for a user',
  TRANSACTION_LIST: 'list transactions',
  TRANSACTION_RETRIEVE: 'read a transaction',
  UPLOAD_POST_IMAGE: "upload a post's image",
  USER_ADDON_CREATE: 'create an add-on on a user',
  USER_ADDON_DELETE: 'delete an add-on of a user',
  USER_SEMANTIC_CREATE: 'add facts about a user',
  USER_SEMANTIC_DELETE: 'delete facts about a user',
} as const

const DISPLAYS = { ...SERVED, ...NOT_SERVED }

export type PermissionName = keyof typeof DISPLAYS

/** Every permission that an API key can carry, those that are served first. */
export const PERMISSION_NAMES = Object.keys(DISPLAYS) as readonly PermissionName[]

export const SERVED_PERMISSIONS = Object.keys(SERVED) as readonly (keyof typeof SERVED)[]

/** The list that `GET /v1/open-platform/assets/permission` answers. */
export const PERMISSIONS: readonly PermissionEntry[] = PERMISSION_NAMES.map((slug) => ({
  slug,
  display: DISPLAYS[slug],
  lifecycle_state: slug === 'EVENTS_SEND' || slug === 'CHAT_UPLOAD_MEDIA' ? 'EXPERIMENTAL' : 'ACTIVE',
}))

/** Whether `name` is a permission, spelt exactly. */
export function isPermission(name: string): name is PermissionName {
  return Object.hasOwn(DISPLAYS, name)
}

/** What is wrong with a permission's name, with the nearest real one, or undefined. */
export function permissionFault(name: string): string | undefined {
  if (isPermission(name)) return undefined
  const hint = didYouMean(name, PERMISSION_NAMES)
  return `is not a permission.${hint || ' See the list at GET /v1/open-platform/assets/permission.'}`
}
