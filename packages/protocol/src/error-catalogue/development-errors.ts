import type { Answers } from './entry.ts'

/** What only tools on the developer's machine meet, in development mode (docs/development-api.md). */
export const DEVELOPMENT_ERRORS = {
  KEY_OF_ANOTHER_APP: {
    code: 'ALREADY_EXISTS',
    audience: 'developer',
    cause:
      'The API key that the app was to be given is in force for another app of this machine. A key names its app, so two apps cannot share one.',
    fix: 'Give each app a key of its own; or start the app under the slug of the app that has the key.',
  },
  APP_URL_NOT_SET: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause:
      'A tool asked the development server to call the app, but the app has no URL for calls of that kind.',
    fix: 'Set url, which sets all of them, or the one that is named, with PUT /dev/v1/apps/{slug}.',
    example: '{"url": "http://localhost:3000"}',
  },
  MESSAGE_UNKNOWN: {
    code: 'NOT_FOUND',
    audience: 'developer',
    cause: 'A tool asked the development server for the story of a message, by an id that no message has.',
    fix: 'Take the id of a message that is in the chat, or refs.message_id of GET /dev/v1/traffic. After a snapshot was loaded, messages of before are gone.',
  },
} as const satisfies Answers
