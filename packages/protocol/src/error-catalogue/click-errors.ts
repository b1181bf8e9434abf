import type { AnswerFault } from '../app-answer.ts'
import type { Entries, ErrorEntry } from './entry.ts'

/** Why an app's 2xx answer to a click could not be used (wire contract §3). */
const ANSWER_FAULTS = {
  NOT_JSON: {
    audience: 'app',
    cause:
      'The app answered a click with 2xx, but its body is no JSON object. Often it is a web page of errors, or a framework’s greeting.',
    fix: 'Answer with Content-Type application/json and a JSON object. An empty body is right for a dynamic action that has no effect.',
    example: '{"text_message": "Saturday it is"}',
  },
  NO_URL: {
    audience: 'app',
    cause:
      'The app answered a session initialization, but with neither a url to open nor a text_message to show.',
    fix: 'Answer the page that is to open.',
    example: '{"url": "https://app.example/visit/62c8"}',
  },
  BAD_URL: {
    audience: 'app',
    cause: 'The url that the app answered is not an absolute http or https URL of at most 2048 characters.',
    fix: 'Answer the whole URL, beginning with https://.',
    example: '{"url": "https://app.example/visit/62c8"}',
  },
  BAD_ACTION: {
    audience: 'app',
    cause:
      'The action or text_message that the app answered breaks a rule of actions. The detail names every fault.',
    fix: 'Answer exactly one action, written as in a button, or a text_message, or both.',
    example: '{"action": {"open_direct_link": "https://app.example/"}}',
  },
} as const satisfies Readonly<Record<AnswerFault, ErrorEntry>>

/** Why a click, or the opening of an app at a touchpoint, failed (wire contract §3 and §11). */
export const CLICK_ENTRIES = {
  ...ANSWER_FAULTS,
  NO_URL_SET: {
    audience: 'developer',
    cause: 'Somebody clicked a button that calls the app, and the app has no URL for such calls.',
    fix: 'Set the session initialization URL (for open_server_link) or the dynamic-action URL (for get_dynamic_action) in the console.',
  },
  URL_REFUSED: {
    audience: 'developer',
    cause:
      'The app’s URL may not be called: it is malformed, or leads to an address or port that apps may not have, such as one of a private network.',
    fix: 'Set a URL in the console that can be reached from the internet, by http or https. The operator opens further addresses with CHARSU_EGRESS_ALLOW.',
  },
  UNREACHABLE: {
    audience: 'app',
    cause:
      'No answer came from the app: its name did not resolve, the connection was refused or broke, or TLS failed. The detail says which.',
    fix: 'Check that the app runs, that the URL in the console leads to it, and that its certificate is valid.',
  },
  TIMED_OUT: {
    audience: 'app',
    cause:
      'The app did not answer within 5 seconds, from the DNS question to the last byte, for all calls of one click together.',
    fix: 'Answer at once, and do slow work afterwards: send its outcome as a message.',
  },
  NOT_2XX: {
    audience: 'app',
    cause: 'The app answered a click with another status than 2xx. Redirects are not followed.',
    fix: 'Answer 200, and see the app’s log for what went wrong. To send the user somewhere, answer {"url": …}, not a redirect.',
  },
  ANSWER_TOO_LONG: {
    audience: 'app',
    cause: 'The app’s answer has more bytes than are read.',
    fix: 'Answer only what the click needs: a url, an action or a text_message.',
  },
  TOO_DEEP: {
    audience: 'app',
    cause:
      'The app answered a dynamic action with another dynamic action, and that one again, more than three deep.',
    fix: 'Answer the final action at once.',
  },
  APP_GONE: {
    audience: 'developer',
    cause: 'The app that the button belongs to is no longer there.',
    fix: 'Nothing can be done for buttons that were sent before.',
  },
  APP_SHUT_OUT: {
    audience: 'developer',
    cause: 'The marketplace has taken its approval of the app back, so its buttons do not work.',
    fix: 'Ask the marketplace’s operator.',
  },
  USER_BLACKLISTED: {
    audience: 'user',
    cause: 'The marketplace has blacklisted the person who clicked, so buttons do not work for them.',
    fix: 'The person asks the marketplace’s support. The app was not called and need not do anything.',
  },
  NO_PAGE_TEMPLATE: {
    audience: 'host',
    cause: 'A button opens a page of the host’s site, and the host has not said where its pages are.',
    fix: 'The host sets the page templates post_url and post_manage_url with PUT /host/v1/page-templates.',
  },
  POST_UNKNOWN: {
    audience: 'app',
    cause: 'A button opens the page of a post that is not there, or an app was opened at such a post.',
    fix: 'Send buttons with tokens of posts that exist. The event POST_UPDATE tells when one goes.',
  },
  NOT_POST_OWNER: {
    audience: 'app',
    cause:
      'Somebody who does not own the post clicked a button that manages it, or opened an app at MY_POST.',
    fix: 'Show open_post_manage_page to the post’s owner alone (in sender_buttons or receiver_buttons, whichever is theirs).',
  },
  OWN_POST: {
    audience: 'host',
    cause: 'The owner of a post opened an app at DEMAND_POST, which is for those who look at it.',
    fix: 'Offer MY_POST to the owner, and DEMAND_POST to the others.',
  },
  CONVERSATION_UNKNOWN: {
    audience: 'user',
    cause: 'An app was opened from a conversation in which the person takes no part, or which is not there.',
    fix: 'Open the app again from the chat. The host passes the conversation_id of that very chat.',
  },
  NOT_OFFERED_HERE: {
    audience: 'developer',
    cause: 'The app was opened at a touchpoint for which it has no operation.',
    fix: 'Set an operation for this touchpoint in the console. The host lists the apps of a place with GET /host/v1/touchpoints/{touchpoint}.',
  },
  IN_DEVELOPMENT: {
    audience: 'developer',
    cause:
      'The app is in development, and it was opened by somebody, or at a post, that it may not serve yet.',
    fix: 'Try it as its developer and at development posts, or have the app approved.',
  },
  NO_CHATBOT: {
    audience: 'developer',
    cause:
      'The touchpoint starts a chat with the app’s chatbot, and the host has not approved CHAT_BOT_SEND_MESSAGE.',
    fix: 'Ask for the permission in the console.',
  },
  CHAT_REFUSED: {
    audience: 'user',
    cause: 'The person has blocked the app’s chatbot, so no chat can begin.',
    fix: 'The person unblocks it in their chats, then opens it again.',
  },
  TOO_MANY_MESSAGES: {
    audience: 'user',
    cause:
      'The person has written as many messages within a minute as one person may, and opening the chat writes one more.',
    fix: 'Wait a minute, then open it again.',
  },
} as const satisfies Entries
