/**
 * What the wire contract says beyond the published schemas, by their names there. Shapes are never written down
 * here: only which of the described values cannot be sent together, or at all.
 */
export interface Rulings {
  /** Objects of which exactly one property is sent. */
  chooseOne: ReadonlySet<string>
  /** Beginnings of query parameters of which exactly one is not empty. */
  chooseOneParameter: readonly string[]
  /** Properties that are not sent, as `Schema.property`. */
  leaveOut: ReadonlySet<string>
  /** Schemas, and properties as `Schema.property`, whose value makes no difference. */
  notRead: ReadonlySet<string>
  /** Enumerations outside which a value is accepted too. */
  openEnums: ReadonlySet<string>
}

export const RULINGS: Rulings = {
  // §2: an action says one thing.
  chooseOne: new Set(['addonsAction']),
  chooseOneParameter: ['primary_button.action.', 'secondary_button.action.'],
  // §2, §9: text or media, not both.
  leaveOut: new Set([
    'ChatAPIConversationSendMessageBody.media_token',
    'ChatAPIChatBotSendMessageBody.media_token',
  ]),
  // §9: whom a chatbot speaks to stands in the path. §10: who asks for an upload token says nothing more.
  notRead: new Set(['ChatAPIChatBotSendMessageBody.conversation_id', 'chatapiGenerateUploadTokenRequest']),
  // §2: an icon outside the public list is kept and shown with a fallback glyph.
  openEnums: new Set(['DivarIconsIconName']),
}

/** By operation, the part of its answer in which clients refuse fields beyond the description, at every depth (§0). */
export type ExactAnswers = ReadonlyMap<string, string>

export const EXACT_ANSWERS: ExactAnswers = new Map([
  ['ChatAPI_GetConversation', ''],
  ['Post_GetUserPost', 'general_data.'],
])
