import type { Answers } from './entry.ts'

/** What only tools on the developer's machine meet, in development mode (docs/development-api.md). */
export const DEVELOPMENT_ERRORS = {
  DEVELOPER_MISSING: {
    code: 'FAILED_PRECONDITION',
    audience: 'developer',
    cause:
      'Apps of this machine belong to a person of the development marketplace, who is not there any more.',
    fix: 'Restart Charsu: each start in development mode makes the people that are missing.',
  },
} as const satisfies Answers
