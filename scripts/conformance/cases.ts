import type { Operation } from './operations.ts'

export type Credentials = 'none' | 'key' | 'key and token'

export interface Case {
  served: boolean
  credentials: Credentials
  /** Asked of the user besides those that the description names. */
  scopes?: readonly string[]
  /** Whether a token without any of the scopes is refused. */
  needsScope: boolean
  /** For a parameter, the marketplace's name of the thing it is to name here. */
  names?: Readonly<Record<string, string>>
  /** Where a file may be sent in place of text: the property of the text. */
  fileWithout?: string
}

type Ruling = { served: false } | ({ served: true } & Partial<Omit<Case, 'served'>>)

const SERVED: Ruling = { served: true }
const NOT_SERVED: Ruling = { served: false }
const CHATBOT: Ruling = {
  served: true,
  credentials: 'key',
  names: { conversation_id: 'bot_conversation_id' },
  fileWithout: 'text_message',
}

/** Every published operation has its line here: served, or answered with code 12 (wire contract §0). */
const RULINGS: Readonly<Record<string, Ruling>> = {
  Addons_CreateBusinessAddon: NOT_SERVED,
  Addons_CreatePostAddonV2: NOT_SERVED,
  Addons_CreateUserAddonV2: NOT_SERVED,
  Addons_CreateUserAddonV22: NOT_SERVED,
  Addons_DeletePostAddon: NOT_SERVED,
  Addons_DeleteUserAddon: NOT_SERVED,
  Assets_GetBodyStatuses: NOT_SERVED,
  Assets_GetBrandModels: NOT_SERVED,
  Assets_GetCategories: NOT_SERVED,
  Assets_GetCities: NOT_SERVED,
  Assets_GetColors: NOT_SERVED,
  Assets_GetDistricts: NOT_SERVED,
  Assets_GetDistricts2: NOT_SERVED,
  Assets_GetInternalStorages: NOT_SERVED,
  Assets_GetMediaUploadURLs: NOT_SERVED,
  // The description asks for a key everywhere; these two lists are public here (wire contract §8).
  Assets_GetOAuthScopes: { served: true, credentials: 'none' },
  Assets_GetPermissions: { served: true, credentials: 'none' },
  Assets_GetRamMemories: NOT_SERVED,
  Assets_GetServiceTypes: NOT_SERVED,
  Assets_GetSubmitSchema: NOT_SERVED,
  // The conversation is the chatbot's own, so no user has to be asked (wire contract §9).
  ChatAPI_ChatBotSendMessage: CHATBOT,
  ChatAPI_ChatBotSendMessage2: CHATBOT,
  ChatAPI_ConversationSendMessage: { served: true, fileWithout: 'message' },
  ChatAPI_GenerateUploadToken: SERVED,
  ChatAPI_GetConversation: SERVED,
  Events_RegisterEventSubscription: SERVED,
  // Of an earlier edition, whose description names no credentials (wire contract §6).
  Events_SendEvent: { served: true, credentials: 'key and token', scopes: ['SEND_EVENT'] },
  Finder_GetPost: SERVED,
  Finder_GetProUserProfileImage: NOT_SERVED,
  Finder_GetUser: SERVED,
  Finder_GetUserBusinesses: NOT_SERVED,
  Finder_GetUserIDByPhone: SERVED,
  Finder_GetUserPosts: SERVED,
  Finder_SearchPostV2: SERVED,
  PaymentTicket_Validate: NOT_SERVED,
  Payment_GetBalance: NOT_SERVED,
  Payment_GetPostPricing: NOT_SERVED,
  Payment_GetTransaction: NOT_SERVED,
  Payment_ListTransactions: NOT_SERVED,
  Payment_PayPostPromotion: NOT_SERVED,
  Payment_PublishUserPost: NOT_SERVED,
  Payment_RenewPost: NOT_SERVED,
  Payment_ReorderPost: NOT_SERVED,
  Payment_SubmitUserPayment: NOT_SERVED,
  Post_CanUserSubmitPost: NOT_SERVED,
  Post_CreateBusinessCustomizedButton: NOT_SERVED,
  Post_DeleteBusinessCustomizedButton: NOT_SERVED,
  Post_DeletePostCustomizedButton: NOT_SERVED,
  Post_DeleteUserPost: NOT_SERVED,
  Post_EditPost: NOT_SERVED,
  Post_EditPostV2: NOT_SERVED,
  Post_GetImageUploadURL: NOT_SERVED,
  Post_GetPostStats: NOT_SERVED,
  Post_GetUploadURLsV2: NOT_SERVED,
  Post_GetUserPost: SERVED,
  Post_SetPostCustomizedButton: NOT_SERVED,
  Post_SubmitPostV2: NOT_SERVED,
  Post_SubmitUserPost: NOT_SERVED,
  Semantic_CreatePostSemantic: NOT_SERVED,
  Semantic_CreateUserSemantic: NOT_SERVED,
  Semantic_DeleteUserSemantic: NOT_SERVED,
}

/** The operation's case, or null when nobody has decided on it yet. */
export function caseOf(operation: Operation): Case | null {
  const ruling = Object.hasOwn(RULINGS, operation.id) ? RULINGS[operation.id] : undefined
  if (!ruling) return null
  const described = operation.scopes.length > 0 ? 'key and token' : operation.needsKey ? 'key' : 'none'
  const decided = { credentials: described, ...ruling } as const
  return { needsScope: decided.credentials === 'key and token', ...decided }
}

/** Cases whose operation is in none of the descriptions: a misspelt name would let an operation pass by. */
export function casesWithoutOperation(operations: readonly Operation[]): string[] {
  const known = new Set(operations.map(({ id }) => id))
  return Object.keys(RULINGS).filter((id) => !known.has(id))
}

/** Ids of all operations that are decided on. */
export const decidedOperations = (): { served: string[]; notServed: string[] } => ({
  served: Object.keys(RULINGS).filter((id) => RULINGS[id]?.served),
  notServed: Object.keys(RULINGS).filter((id) => !RULINGS[id]?.served),
})
