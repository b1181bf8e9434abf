import type { OlderTokenAnswer, OlderTokenRequest } from '@charsu/protocol/older-token'
import { ApiError, invalidArgument } from '../errors.ts'
import type { HttpAnswer } from '../http/route.ts'
import { authenticateByApiKey } from './authenticate-client.ts'
import { type ExchangeTokenDeps, grantTokens } from './exchange-token.ts'
import { ANY_REDIRECT_URI } from './grant-rules.ts'
import { type OAuthFault, oauthAnswer } from './oauth-error.ts'

/**
 * The older exchange of a code (wire contract §7): an API key of the app stands for the client secret, and the
 * redirect URI is compared only where it is sent. A code's rules are those of the token endpoint, and one used at
 * either is used at both.
 * @throws 401 no key of that client; 400 a code that gives nothing.
 */
export async function exchangeOlderCode(
  deps: ExchangeTokenDeps,
  request: OlderTokenRequest,
): Promise<HttpAnswer> {
  const { client_id: clientId, client_secret: clientSecret, redirect_uri, code, code_verifier } = request
  const parameters = { grant_type: 'authorization_code', code, ...(code_verifier && { code_verifier }) }
  const granted = await grantTokens(
    deps,
    { clientId, clientSecret, parameters },
    { authenticate: authenticateByApiKey, redirectUri: redirect_uri || ANY_REDIRECT_URI },
  )
  if (!granted.ok) throw refusal(granted.fault)
  const { accessToken, accessTokenExpiresAt, refreshToken = '' } = granted.token
  if (!accessTokenExpiresAt) throw new Error('the new token has no end')
  const answer: OlderTokenAnswer = {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires: Math.floor(accessTokenExpiresAt.getTime() / 1000),
  }
  return oauthAnswer(200, answer)
}

function refusal({ error, description }: OAuthFault): ApiError {
  if (error === 'invalid_client') {
    return new ApiError('UNAUTHENTICATED', description, { reason: 'CLIENT_UNKNOWN' })
  }
  return invalidArgument([{ field: 'code', description }])
}
