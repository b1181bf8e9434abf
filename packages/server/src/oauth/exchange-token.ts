import { ACCESS_TOKEN_SECONDS } from '@charsu/protocol/oauth'
import OAuth2Server from '@node-oauth/oauth2-server'
import type { Authenticator } from '../access/authenticator.ts'
import type { Database } from '../db/database.ts'
import type { HelpUrl } from '../errors.ts'
import type { HttpAnswer } from '../http/route.ts'
import { authenticateClient } from './authenticate-client.ts'
import { libraryFault } from './library-faults.ts'
import { type OAuthFault, oauthAnswer, oauthError } from './oauth-error.ts'
import { type ClientRules, REFRESH_TOKEN_MS, type TokenModelDeps, tokenModel } from './token-model.ts'
import { type ClientRequest, readClientRequest } from './token-request.ts'

export interface ExchangeTokenDeps extends TokenModelDeps {
  db: Database
  authenticator: Pick<Authenticator, 'forget'>
}

const GRANT_TYPES = ['authorization_code', 'refresh_token']

/** The token endpoint (wire contract §7): a code or a refresh token for new tokens, or OAuth's own error. */
export async function exchangeToken(
  deps: ExchangeTokenDeps & { helpUrl: HelpUrl },
  input: { body: unknown; authorization: string | undefined },
): Promise<HttpAnswer> {
  const read = readClientRequest(input.body, input.authorization)
  if (!read.ok) return oauthError(read.fault, deps.helpUrl)
  const { parameters } = read.request
  const fault = grantTypeFault(parameters.grant_type)
  if (fault) return oauthError(fault, deps.helpUrl)
  const granted = await grantTokens(deps, read.request, {
    authenticate: authenticateClient,
    redirectUri: parameters.redirect_uri,
  })
  return granted.ok ? tokenAnswer(granted.token) : oauthError(granted.fault, deps.helpUrl)
}

function grantTypeFault(sent: string | undefined): OAuthFault | undefined {
  if (sent === undefined) {
    return { error: 'invalid_request', description: `grant_type is missing: send ${A_GRANT_TYPE}` }
  }
  if (GRANT_TYPES.includes(sent)) return undefined
  return { error: 'unsupported_grant_type', description: `grant_type must be ${A_GRANT_TYPE}` }
}

const A_GRANT_TYPE = GRANT_TYPES.join(' or ')

export type GrantedTokens = { ok: true; token: OAuth2Server.Token } | { ok: false; fault: OAuthFault }

/**
 * New tokens for what a client presents, or why there are none. `rules` says how the client shows who it is and which
 * redirect URI its code has to belong to. What was cached of the grants it changed is forgotten here at once.
 */
export async function grantTokens(
  deps: ExchangeTokenDeps,
  request: ClientRequest,
  rules: ClientRules,
): Promise<GrantedTokens> {
  const changed = new Set<string>()
  const granted = await runLibrary(deps, request, { ...rules, changed: (grantId) => changed.add(grantId) })
  for (const grantId of changed) deps.authenticator.forget(`grant:${grantId}`)
  return granted
}

/** A refusal commits too: that a code or a refresh token was reused has consequences. */
const runLibrary = (
  deps: ExchangeTokenDeps,
  { clientId, clientSecret, parameters }: ClientRequest,
  rules: ClientRules & { changed: (grantId: string) => void },
): Promise<GrantedTokens> =>
  deps.db.transaction().execute(async (tx) => {
    const options = {
      model: tokenModel(deps, { tx, ...rules }),
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
      return {
        ok: true,
        token: await server.token(request, new OAuth2Server.Response({ headers: {} })),
      }
    } catch (error) {
      return { ok: false, fault: libraryFault(error) }
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
