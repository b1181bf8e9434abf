import type { Authenticator } from '../access/authenticator.ts'
import type { Clock } from '../clock.ts'
import type { Database, Tx } from '../db/database.ts'
import type { HelpUrl } from '../errors.ts'
import type { HttpAnswer } from '../http/route.ts'
import { authenticateClient } from './authenticate-client.ts'
import { oauthAnswer, oauthError } from './oauth-error.ts'
import { readClientRequest } from './token-request.ts'
import { findRefreshToken, revokeAccessToken, revokeTokensOfCode } from './token-store.ts'

export interface RevokeTokenDeps {
  db: Database
  clock: Clock
  authenticator: Pick<Authenticator, 'forget'>
  helpUrl: HelpUrl
}

/**
 * An app gives a token up (RFC 7009): an access token dies alone; a refresh token takes along every token of the
 * same consent. The user's grant stays. An unknown token is no error, for it does no harm.
 */
export async function revokeToken(
  deps: RevokeTokenDeps,
  input: { body: unknown; authorization: string | undefined },
): Promise<HttpAnswer> {
  const read = readClientRequest(input.body, input.authorization)
  if (!read.ok) return oauthError(read.fault, deps.helpUrl)
  const { clientId, clientSecret, parameters } = read.request
  const found = await authenticateClient(deps.db, { clientId, clientSecret, now: deps.clock.now() })
  if (!found.ok) {
    const fault = { error: 'invalid_client', description: found.description, status: 401 } as const
    return oauthError(fault, deps.helpUrl)
  }
  const { token } = parameters
  if (token === undefined) {
    const description = 'token is missing: send the token to revoke'
    return oauthError({ error: 'invalid_request', description }, deps.helpUrl)
  }
  const grantId = await deps.db.transaction().execute((tx) => revoke(tx, found.client.id, token))
  if (grantId === 'other client') {
    const description = 'the token was given to another client: send the client_id that got it'
    return oauthError({ error: 'invalid_grant', description }, deps.helpUrl)
  }
  if (grantId) deps.authenticator.forget(`grant:${grantId}`)
  return oauthAnswer(200, {})
}

async function revoke(tx: Tx, appId: string, token: string): Promise<string | 'other client' | null> {
  const refresh = await findRefreshToken(tx, token)
  if (refresh) {
    if (refresh.app_id !== appId) return 'other client'
    await revokeTokensOfCode(tx, { grantId: refresh.grant_id, codeHash: refresh.code_hash })
    return refresh.grant_id
  }
  const access = await revokeAccessToken(tx, token, appId)
  if (!access) return null
  return access.app_id === appId ? access.grant_id : 'other client'
}
