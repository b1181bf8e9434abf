import { answerEntry, findError } from '@charsu/protocol/error-catalogue/catalogue'

/** What a hint may depend on. */
export interface HintFacts {
  operation: string
  baseUrl: string
  code: number | undefined
  reason: string | undefined
  metadata: Readonly<Record<string, string>>
  retryAfterMs: number | undefined
  /** In OAuth's form of errors: its own word. */
  oauthError: string | undefined
}

/** What to do in code that uses this client; for everything else the catalogue says it in the wire's own terms. */
const IN_CODE: Readonly<Record<string, (facts: HintFacts) => string | undefined>> = {
  SCOPE_MISSING: ({ metadata }) =>
    metadata.scope &&
    `Ask the user for it with consentUrl({ scopes: ["${metadata.scope}"], … }) and call with the token of that consent.`,
  ACCESS_TOKEN_EXPIRED: () =>
    'Call as OAuth.client(grantId), which refreshes in time, or exchange the refresh token with OAuth.refresh.',
  API_KEY_UNKNOWN: () =>
    'Compare the apiKey of your Client with the keys that the console lists as active; each is shown only once, so make a new one if it is lost.',
  MINUTE_LIMIT_EXCEEDED: waitHint,
  DAILY_QUOTA_EXCEEDED: waitHint,
  INVALID_FIELDS: () => 'Mend what violations lists; the same request will be refused again.',
  OPERATION_NOT_SERVED: () => 'Is baseUrl the origin of the platform, without a path behind it?',
}

function waitHint({ retryAfterMs }: HintFacts): string | undefined {
  if (retryAfterMs === undefined) return undefined
  return `Call again in ${Math.ceil(retryAfterMs / 1000)} s, which is the error's retryAfterMs; up to maxWaitMs the client waits by itself.`
}

const IN_CODE_OAUTH: Readonly<Record<string, (facts: HintFacts) => string | undefined>> = {
  invalid_grant: ({ operation }) =>
    operation === 'exchange'
      ? 'A code works once, for ten minutes, with the redirectUri it was asked for with: send the user to consentUrl again.'
      : 'This consent gives no more tokens: send the user to consentUrl again.',
  invalid_client: () =>
    'Check clientId, which is the slug of the app, and clientSecret, which begins with cx_: an API key is none. The console rotates a secret that is lost.',
}

/** What to do about a refusal, as sentences; undefined where nobody knows. */
export function refusalHint(facts: HintFacts): string | undefined {
  const { oauthError, reason, code, baseUrl } = facts
  if (oauthError !== undefined) {
    const entry = findError(oauthError)?.entries.find(({ surface }) => surface === 'oauth')
    return own(IN_CODE_OAUTH, oauthError)?.(facts) ?? entry?.fix
  }
  if (reason !== undefined) return own(IN_CODE, reason)?.(facts) ?? answerEntry(reason)?.fix
  if (code !== undefined) return undefined
  return `Is it the platform that answers at ${baseUrl}? Its own refusals carry a code.`
}

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined
