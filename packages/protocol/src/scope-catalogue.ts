import type { LifecycleState } from './permissions.ts'

/** What follows a scope's name: nothing, or the one thing that the scope is about (wire contract §1). */
export type ResourceKind =
  | 'none'
  | 'conversation_id'
  | 'post_token'
  /** Standard base64 of `user_id:post_token:peer_id`. */
  | 'chat_peers'
  | 'business_token'
  | 'app_slug'

export interface ScopeRule {
  resource: ResourceKind
  /** What the user allows, in English, to follow "allow the app to". */
  display: string
  lifecycle_state?: LifecycleState
}

/** Every scope that a user can grant (wire contract §1), by its canonical name. */
export const SCOPE_RULES = {
  CONVERSATION_SEND_MESSAGE: { resource: 'conversation_id', display: 'send messages in this conversation' },
  CHAT_POST_CONVERSATIONS_MESSAGE_SEND: {
    resource: 'post_token',
    display: 'send messages in all conversations of this post',
  },
  CHAT_POST_CONVERSATIONS_READ: {
    resource: 'post_token',
    display: 'be told of new messages in all conversations of this post',
  },
  CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND: {
    resource: 'none',
    display: 'send messages in all conversations of your posts',
  },
  CHAT_SUPPLIER_ALL_CONVERSATIONS_READ: {
    resource: 'none',
    display: 'be told of new messages in all conversations of your posts',
  },
  CHAT_CONVERSATION_READ: { resource: 'conversation_id', display: 'read this conversation' },
  CHAT_MESSAGE_SEND: {
    resource: 'chat_peers',
    display: 'send messages to this person about this post',
    lifecycle_state: 'DEPRECATING_SOON',
  },
  CHAT_BOT_USER_MESSAGE_SEND: { resource: 'none', display: 'write to you as a chatbot' },
  SEND_EVENT: { resource: 'none', display: 'send you notices', lifecycle_state: 'EXPERIMENTAL' },
  USER_ID: { resource: 'none', display: 'know you by an identifier' },
  USER_PHONE: { resource: 'none', display: 'see your phone number' },
  USER_POSTS_GET: { resource: 'none', display: 'see your posts' },
  NOTIFICATION_ACCESS_REVOCATION: { resource: 'none', display: 'be told when you take this consent back' },
  offline_access: { resource: 'none', display: 'keep this consent while you are away' },
  openid: { resource: 'none', display: 'recognise you' },
  POST_ADDON_CREATE: { resource: 'post_token', display: 'create an add-on on this post' },
  POST_EDIT: { resource: 'post_token', display: 'edit this post' },
  POST_ONGOING_IMAGES_GET: { resource: 'post_token', display: 'see the images of this unpublished post' },
  POST_SEMANTIC_CREATE: { resource: 'post_token', display: "add facts to this post's description" },
  BUSINESS_ADDON_CREATE: { resource: 'business_token', display: 'create an add-on on this business' },
  BUSINESS_CREATE_CUSTOMIZED_BUTTON: { resource: 'business_token', display: "set this business's button" },
  MANAGEMENT_APPS_READ: { resource: 'app_slug', display: 'see the settings of this app' },
  MANAGEMENT_APPS_WRITE: { resource: 'app_slug', display: 'change the settings of this app' },
  USER_ADDON_CREATE: { resource: 'none', display: 'create an add-on on all your posts' },
  USER_POSTS_ADDON_CREATE: { resource: 'none', display: 'create add-ons on your posts' },
  USER_POSTS_STATS_READ: { resource: 'none', display: 'see the statistics of your posts' },
  USER_VERIFICATION_CREATE: { resource: 'none', display: 'add verified facts about you' },
  USER_SET_CUSTOMIZED_BUTTON: { resource: 'none', display: 'set the button of your posts' },
  USER_BUSINESSES_READ: { resource: 'none', display: 'see your businesses' },
  PRO_USER_PROFILE_IMAGE_READ: { resource: 'none', display: 'see your professional profile image' },
  PAYMENT_ALL_POSTS_PRICING_READ: { resource: 'none', display: 'see the pricing of your posts' },
  PAYMENT_ALL_POSTS_REORDER: { resource: 'none', display: 'move your posts up' },
  PAYMENT_ALL_POSTS_RENEW: { resource: 'none', display: 'renew your posts' },
  PAY_USER_POST_PROMOTION: { resource: 'none', display: 'pay promotions of your posts' },
  SUBMIT_USER_POST: { resource: 'none', display: 'submit posts for you' },
  SUBMIT_USER_PAYMENT: { resource: 'none', display: 'submit payments for you' },
  EDIT_USER_POST: { resource: 'none', display: 'edit your posts' },
  DELETE_USER_POST: { resource: 'none', display: 'delete your posts' },
} as const satisfies Record<string, ScopeRule>

export type ScopeName = keyof typeof SCOPE_RULES

export const SCOPE_NAMES = Object.keys(SCOPE_RULES) as readonly ScopeName[]

/** Older names, and the upper-case names that the assets operation lists, by the name they stand for. */
export const SCOPE_ALIASES: Readonly<Record<string, ScopeName>> = {
  CHAT_SEND_MESSAGE_OAUTH: 'CHAT_MESSAGE_SEND',
  CHAT_SEND_MESSAGE_POST_CONVERSATIONS: 'CHAT_POST_CONVERSATIONS_MESSAGE_SEND',
  CHAT_READ_POST_CONVERSATIONS: 'CHAT_POST_CONVERSATIONS_READ',
  ADDON_USER_APPROVED: 'POST_ADDON_CREATE',
  OFFLINE_ACCESS: 'offline_access',
  OPENID: 'openid',
}

export interface ScopeEntry {
  slug: string
  display: string
  lifecycle_state: LifecycleState
}

/** The list that `GET /v1/open-platform/assets/oauth-scope` answers, where every slug is in upper case. */
export const SCOPES: readonly ScopeEntry[] = SCOPE_NAMES.map((name) => {
  const rule: ScopeRule = SCOPE_RULES[name]
  return {
    slug: name.toUpperCase(),
    display: rule.display,
    lifecycle_state: rule.lifecycle_state ?? 'ACTIVE',
  }
})
