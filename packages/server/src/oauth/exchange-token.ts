import { ACCESS_TOKEN_SECONDS } from '@charsu/protocol/oauth'
import OAuth2Server from '@node-oauth/oauth2-server'
import type { Authenticator } from '../access/authenticator.ts'
import type { Database } from '../db/database.ts'
import type { HttpAnswer } from '../http/route.ts'
import { libraryFault } from './library-faults.ts'
import { oauthAnswer, oauthError } from './oauth-error.ts'
import { REFRESH_TOKEN_MS, type TokenModelDeps, tokenModel } from './token-model.ts'
import { type ClientRequest, readClientRequest } from './token-request.ts'

export interface ExchangeTokenDeps extends TokenModelDeps {
  db: Database
  authenticator: Pick<Authenticator, 'forget'>
}

const GRANT_TYPES = ['authorization_code', 'refresh_token']

/** The token endpoint (wire contract §7): a code or a refresh token for new tokens, or OAuth's own error. */
export async function exchangeToken(
  deps: ExchangeTokenDeps,
  input: { body: unknown; authorization: string | undefined },
): Promise<HttpAnswer> {
  const read = readClientRequest(input.body, input.authorization)
  if (!read.ok) return oauthError(read.fault)
  const { grant_type: grantType } = read.request.parameters
  if (grantType === undefined) {
    return oauthError({
      error: 'invalid_request',
      description: `grant_type is missing: send ${A_GRANT_TYPE}`,
    })
  }
  if (!GRANT_TYPES.includes(grantType)) {
    return oauthError({ error: 'unsupported_grant_type', description: `grant_type must be ${A_GRANT_TYPE}` })
  }
  const changed = new Set<string>()
  const answer = await runLibrary(deps, read.request, (grantId) => changed.add(grantId))
  for (const grantId of changed) deps.authenticator.forget(`grant:${grantId}`)
  return answer
}

const A_GRANT_TYPE = GRANT_TYPES.join(' or ')

/** A refusal commits too: that a code or a refresh token was reused has consequences. */
const runLibrary = (
  deps: ExchangeTokenDeps,
  { clientId, clientSecret, parameters }: ClientRequest,
  changed: (grantId: string) => void,
): Promise<HttpAnswer> =>
  deps.db.transaction().execute(async (tx) => {
    const options = {
      model: tokenModel(deps, { tx, redirectUri: parameters.redirect_uri, changed }),
      accessTokenLifetime: ACCESS_TOKEN_SECONDS,
      refreshTokenLifetime: REFRESH_TOKEN_MS / 1000,
      // Known to the library, not to its types.
      enablePlainPKCE: true,
    }
    const server = new OAuth2Server(options)
    const request = new OAuth2Server.Request({
      method: 'POST',
      // Credentials have been read from wherever they were, and JSON is accepted, which the library is not told.
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '1' },
      query: {},
      body: { ...parameters, client_id: clientId, client_secret: clientSecret },
    })
    try {
      return tokenAnswer(await server.token(request, new OAuth2Server.Response({ headers: {} })))
    } catch (error) {
      return oauthError(libraryFault(error))
    }
  })

const tokenAnswer = ({ accessToken, refreshToken, scope }: OAuth2Server.Token): HttpAnswer =>
  oauthAnswer(200, {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    scope: scope?.join(' ') ?? '',
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  })
