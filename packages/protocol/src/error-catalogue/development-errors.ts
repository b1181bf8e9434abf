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
} as const satisfies Answers
