import { ACCESS_TOKEN_SECONDS } from '@charsu/protocol/oauth'
import { scopeList } from '@charsu/protocol/scopes'
import type { Grant } from '../stores/grant-store.ts'

/** What the token endpoint answers; only the access token is sure to be there. */
export interface TokenAnswerBody {
  access_token: string
  expires_in?: unknown
  scope?: unknown
  refresh_token?: unknown
}

export type Tokens = Pick<Grant, 'accessToken' | 'refreshToken' | 'expiresAt' | 'scopes'>

/**
 * The tokens of an answer. What it leaves out is as it was asked for (RFC 6749 §5.1), or was before.
 * @param now milliseconds since 1970
 */
export function readTokens(
  answer: TokenAnswerBody,
  before: { scopes: readonly string[]; refreshToken?: string | undefined },
  now: number,
): Tokens {
  const { expires_in: seconds, scope, refresh_token: refreshToken } = answer
  const lives = typeof seconds === 'number' && seconds > 0 ? seconds : ACCESS_TOKEN_SECONDS
  const given = typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : before.refreshToken
  return {
    accessToken: answer.access_token,
    ...(given !== undefined && { refreshToken: given }),
    expiresAt: now + lives * 1000,
    scopes: typeof scope === 'string' && scope.trim() !== '' ? scopeList(scope) : [...before.scopes],
  }
}
