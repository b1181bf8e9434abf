import type { ClickReason } from '@charsu/protocol/error-catalogue/catalogue'

type Sentence = (app: string) => string

const NOT_SET_UP: Sentence = (app) =>
  `${app} has not set this button up yet. Try again later, or tell ${app}.`
const BAD_ANSWER: Sentence = (app) =>
  `${app} gave an answer that cannot be shown. If it happens again, tell ${app}.`

/** What a person reads when a click failed (wire contract §3), in English. */
const SENTENCES: Partial<Record<ClickReason, Sentence>> = {
  NO_URL_SET: NOT_SET_UP,
  UNREACHABLE: (app) => `${app} could not be reached. Try again in a few minutes.`,
  TIMED_OUT: (app) => `${app} took too long to answer. Try again.`,
  NOT_2XX: (app) => `${app} has a problem just now. Try again in a few minutes.`,
  ANSWER_TOO_LONG: BAD_ANSWER,
  NOT_JSON: BAD_ANSWER,
  NO_URL: BAD_ANSWER,
  BAD_URL: BAD_ANSWER,
  BAD_ACTION: BAD_ANSWER,
  TOO_DEEP: BAD_ANSWER,
  POST_UNKNOWN: () => 'This post is no longer there. Look for similar ones on the marketplace.',
  NOT_POST_OWNER: () => 'Only the post’s owner can manage it. Log in as its owner to open this page.',
  OWN_POST: (app) => `This is your own post; here ${app} opens for those who look at it.`,
  CONVERSATION_UNKNOWN: () => 'You have no such conversation. Open the app again from the chat.',
  CHAT_REFUSED: (app) => `The chat with ${app} is blocked. Unblock it in your chats, then open it again.`,
}

export const sentenceFor = (reason: ClickReason, app: string): string =>
  (SENTENCES[reason] ?? BAD_ANSWER)(app)
