import type { Answers } from './entry.ts'

/** Conversations, chatbots, notices, clicks and subscriptions (wire contract §2 to §6 and §9). */
export const CHAT_ERRORS = {
  CONVERSATION_UNKNOWN: {
    code: 'NOT_FOUND',
    audience: 'app',
    cause: 'There is no conversation with this id, or it is none about a post.',
    fix: 'Take the id from an event or from a session initialization, unchanged.',
  },
  CONVERSATION_NOT_YOURS: {
    code: 'PERMISSION_DENIED',
    audience: 'app',
    cause: 'The conversation is not one of this app’s chatbot, or it does not exist.',
    fix: 'Take the id from a NEW_CHATBOT_MESSAGE event, or send to the user by /v1/open-platform/chat/bot/users/{user_id}/messages. In a conversation between two people send as a participant, with their consent.',
  },
  CONVERSATION_EXISTS: {
    code: 'ALREADY_EXISTS',
    audience: 'host',
    cause:
      'This buyer already has a conversation about the post under another id, or the id belongs to another conversation. The metadata name the one that is there.',
    fix: 'Use the conversation that the metadata name, or leave the id out.',
  },
  CONVERSATION_LOCKED: {
    code: 'UNAVAILABLE',
    audience: 'app',
    cause:
      'Another transaction of the database holds this conversation, so nothing can be written to it. Other conversations are not affected.',
    fix: 'Send the message again after a second, with the same Idempotency-Key.',
  },
  NOT_A_PARTICIPANT: {
    code: 'PERMISSION_DENIED',
    audience: 'app',
    cause: 'The user for whom the app writes takes no part in the conversation.',
    fix: 'Use the token of the post’s owner or of the buyer. In the older form one of user_id and peer_id has to own the post.',
  },
  NOT_THE_TOKENS_USER: {
    code: 'PERMISSION_DENIED',
    audience: 'app',
    cause: 'The user_id of the request is not the user whose token was sent.',
    fix: 'Send the id that GET /v1/open-platform/users answers for this token, or the token of that user. Ids of one app mean nothing to another.',
  },
  RECIPIENT_RESTRICTED: {
    code: 'FAILED_PRECONDITION',
    audience: 'app',
    cause:
      'One of the two has blocked the other, or the marketplace has blacklisted one of them. Nothing was sent.',
    fix: 'Do not send again: it will be refused until the block is lifted. The message does not say who blocked whom, on purpose.',
  },
  CHAT_DISABLED: {
    code: 'FAILED_PRECONDITION',
    audience: 'host',
    cause: 'The host has switched the chat of this post off, so no conversation can be opened about it.',
    fix: 'Set chat_enabled of the post to true with PUT /host/v1/posts/{token}.',
  },
  CHATBOT_UNKNOWN: {
    code: 'NOT_FOUND',
    audience: 'user',
    cause: 'No app with a chatbot has this name, the app may not chat any more, or one of the two is gone.',
    fix: 'Check the name in /chat/addon_{slug}. An app’s chatbot needs the permission CHAT_BOT_SEND_MESSAGE.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    code: 'ALREADY_EXISTS',
    audience: 'app',
    cause:
      'Another request came with this Idempotency-Key within 24 hours. A key stands for one request; it was kept from being taken for a repetition.',
    fix: 'Make a new key for each new message, such as a random UUID, and send the same key only with the very same request.',
    example: 'Idempotency-Key: 5b1f0f0e-7d7c-4a4b-8f3f-0d8f2a0c9e11',
  },
  BUTTON_UNKNOWN: {
    code: 'NOT_FOUND',
    audience: 'user',
    cause:
      'There is no such button for this person: its message is gone or was changed, or the button was shown to the other side.',
    fix: 'Load the conversation or the inbox again and click what is shown there.',
  },
  TARGET_NOT_OWNED: {
    code: 'PERMISSION_DENIED',
    audience: 'app',
    cause:
      'The field target_resource_id of the event that was to be sent names neither the token’s user nor a post of theirs.',
    fix: 'Leave target_resource_id out to reach the token’s user, or name a post that this user owns, with target_type POST.',
  },
  EVENTS_URL_MISSING: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause: 'The app has no events URL, so no event of this subscription could reach it.',
    fix: 'Set the events URL in the console, then subscribe again.',
  },
  BLOCKS_THEMSELVES: {
    code: 'INVALID_ARGUMENT',
    audience: 'host',
    cause: 'The same person was named on both sides of a block.',
    fix: 'Name another user to be blocked.',
  },
} as const satisfies Answers
