import { RefusedError } from '../client/errors.ts'
import { OAuthError } from '../client/oauth-error.ts'
import { NoGrantError } from '../oauth/no-grant-error.ts'

/** Whether a call failed because a consent was taken back, or has run out, or does not go as far. */
export function isRefusedConsent(error: unknown): boolean {
  if (error instanceof OAuthError) return error.error === 'invalid_grant'
  if (error instanceof RefusedError) return error.status === 401 || error.status === 403
  return error instanceof NoGrantError
}
