import type { OAuthErrorName } from '@charsu/protocol/oauth'
import OAuth2Server from '@node-oauth/oauth2-server'
import type { OAuthFault } from './oauth-error.ts'

/** The library's own messages that a developer may meet, said with their remedy. */
const REMEDIES: Readonly<Record<string, string>> = {
  'Missing parameter: `code`': 'code is missing: send the one of the redirect',
  'Invalid parameter: `code`':
    'code holds characters that no code has: send the one of the redirect, unchanged',
  'Missing parameter: `refresh_token`': 'refresh_token is missing: send the one of the latest answer',
  'Invalid parameter: `refresh_token`':
    'refresh_token holds characters that no token has: send the one of the latest answer, unchanged',
  'Missing parameter: `code_verifier`':
    'code_verifier is missing, but the code was asked for with code_challenge; the code is used up: ask for consent again and send the verifier',
  'Invalid parameter: `code_verifier`':
    'code_verifier must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~; the code is used up: ask for consent again',
  'Invalid grant: code verifier is invalid':
    'code_verifier does not match the code_challenge of the authorization request; the code is used up: ask for consent again',
  'Invalid parameter: `scope`':
    'scope holds characters that no scope has: send granted scopes, or none at all',
  'Invalid scope: Unable to add extra scopes':
    'scope names more than was granted: send granted scopes as they were written, or none at all, or ask for consent to more',
}

/**
 * What the library threw, as an answer to the app; what is not the app's fault is thrown on.
 */
export function libraryFault(thrown: unknown): OAuthFault {
  if (!(thrown instanceof OAuth2Server.OAuthError)) throw thrown
  if (thrown.code >= 500) throw causeOf(thrown)
  const error = thrown.name as OAuthErrorName
  return {
    error,
    description: REMEDIES[thrown.message] ?? thrown.message,
    status: error === 'invalid_client' ? 401 : 400,
  }
}

/** The library wraps what the model threw, such as a database error, whose code decides the answer. */
const causeOf = (error: OAuth2Server.OAuthError): unknown => ('inner' in error ? error.inner : error)
