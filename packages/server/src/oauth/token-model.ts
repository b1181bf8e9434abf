import { ACCESS_TOKEN_SECONDS } from '@charsu/protocol/oauth'
import { matchesScope } from '@charsu/protocol/scopes'
import OAuth2Server from '@node-oauth/oauth2-server'
import type { Clock } from '../clock.ts'
import type { Tx } from '../db/database.ts'
import { newId, newSecret } from '../ids.ts'
import type { AuthenticatedClient } from './authenticate-client.ts'
import {
  type ANY_REDIRECT_URI,
  CODE_REUSED,
  codeRefusal,
  REFRESH_TOKEN_REUSED,
  type Refusal,
  ROTATION_OVERLAP_MS,
  refreshRefusal,
} from './grant-rules.ts'
import { type RevokeInTxDeps, revokeGrantInTx } from './revoke-grant.ts'
import {
  findCode,
  findRefreshToken,
  insertTokens,
  revokeTokensOfCode,
  rotateRefreshToken,
  useCode,
} from './token-store.ts'

/** Milliseconds that a refresh token lives from issue. */
export const REFRESH_TOKEN_MS = 30 * 24 * 3600 * 1000

export interface TokenModelDeps extends RevokeInTxDeps {
  clock: Clock
}

/** How a client shows who it is, and what its code is held against. */
export interface ClientRules {
  authenticate(
    tx: Tx,
    input: { clientId: string; clientSecret: string; now: number },
  ): Promise<AuthenticatedClient>
  /** As sent with a code; ANY_REDIRECT_URI where the client's form of the request has none. */
  redirectUri: string | undefined | typeof ANY_REDIRECT_URI
}

export interface TokenModelContext extends ClientRules {
  tx: Tx
  /** Told of every grant whose tokens changed, so that caches can forget it after the commit. */
  changed: (grantId: string) => void
}

/** What the tokens made from a code or refresh token inherit; the library carries it as its user. */
interface Heritage {
  userId: string
  grantId: string
  codeHash: Buffer | null
  scopes: readonly string[]
  /** Of the refresh token, or nothing for a code. */
  refreshTokenId: string | null
}

const GRANTS = ['authorization_code', 'refresh_token']
/** The rules about time are ours, by our clock; the library compares with its own. */
const NEVER = new Date(8.64e15)

/**
 * The rules of codes and tokens (wire contract §7) behind the library's token endpoint, for one request in one
 * transaction. A refusal is an OAuth error, and what it brings about is committed with it.
 */
export function tokenModel(deps: TokenModelDeps, context: TokenModelContext): OAuth2Server.RefreshTokenModel {
  const { tx, changed } = context
  let clientId = ''

  const refuse = async (refusal: Refusal, from: { grantId: string; codeHash: Buffer | null } | undefined) => {
    if (from && refusal.consequence === 'revoke_tokens') await revokeTokensOfCode(tx, from)
    if (from && refusal.consequence === 'revoke_grant') {
      await revokeGrantInTx(deps, tx, { grantId: from.grantId, reason: 'refresh_token_reused' })
    }
    if (from && refusal.consequence) changed(from.grantId)
    return new OAuth2Server.InvalidGrantError(refusal.description)
  }

  const model = {
    async getClient(id: string, secret: string) {
      const now = deps.clock.now()
      const found = await context.authenticate(tx, { clientId: id, clientSecret: secret ?? '', now })
      if (!found.ok) throw new OAuth2Server.InvalidClientError(found.description)
      clientId = found.client.id
      return { id: clientId, grants: GRANTS }
    },

    async getAuthorizationCode(code: string) {
      const row = await findCode(tx, code)
      const { redirectUri } = context
      const refusal = codeRefusal(row, { clientId, redirectUri, now: deps.clock.now() })
      if (refusal || !row) {
        throw await refuse(refusal ?? CODE_REUSED, row && { grantId: row.grant_id, codeHash: row.hash })
      }
      const user: Heritage = {
        userId: row.user_id,
        grantId: row.grant_id,
        codeHash: row.hash,
        scopes: row.scopes,
        refreshTokenId: null,
      }
      return {
        authorizationCode: code,
        expiresAt: NEVER,
        // Compared above, before the code is used up; the library would compare it after.
        redirectUri: '',
        scope: row.scopes,
        client: { id: row.app_id, grants: GRANTS },
        user,
        ...(row.code_challenge !== null && {
          codeChallenge: row.code_challenge,
          codeChallengeMethod: row.code_challenge_method ?? 'plain',
        }),
      }
    },

    async revokeAuthorizationCode({ user }: OAuth2Server.AuthorizationCode) {
      const { codeHash, grantId } = user as Heritage
      const won = codeHash !== null && (await useCode(tx, codeHash, new Date(deps.clock.now())))
      // An exchange of the same code that ran at the same time has won.
      if (!won) throw await refuse(CODE_REUSED, { grantId, codeHash })
      return true
    },

    async getRefreshToken(refreshToken: string) {
      const row = await findRefreshToken(tx, refreshToken)
      const refusal = refreshRefusal(row, { clientId, now: deps.clock.now() })
      const from = row && { grantId: row.grant_id, codeHash: row.code_hash }
      if (refusal || !row) throw await refuse(refusal ?? REFRESH_TOKEN_REUSED, from)
      const user: Heritage = {
        userId: row.user_id,
        grantId: row.grant_id,
        codeHash: row.code_hash,
        scopes: row.scopes,
        refreshTokenId: row.id,
      }
      return { refreshToken, scope: row.scopes, client: { id: row.app_id, grants: GRANTS }, user }
    },

    async revokeToken({ refreshToken, user }: OAuth2Server.RefreshToken) {
      const { refreshTokenId, grantId, codeHash } = user as Heritage
      const now = deps.clock.now()
      const time = { now, overlapMs: ROTATION_OVERLAP_MS }
      const won = await rotateRefreshToken(tx, { id: refreshTokenId ?? '', grantId }, time)
      if (!won) {
        // Revoked since it was read, which is no misuse of it.
        const row = await findRefreshToken(tx, refreshToken)
        throw await refuse(refreshRefusal(row, { clientId, now }) ?? REFRESH_TOKEN_REUSED, {
          grantId,
          codeHash,
        })
      }
      changed(grantId)
      return true
    },

    generateAccessToken: async () => newSecret('ca'),
    generateRefreshToken: async () => newSecret('cr'),

    async saveToken(token: OAuth2Server.Token, client: OAuth2Server.Client, user: OAuth2Server.User) {
      const { userId, grantId, codeHash, scopes } = user as Heritage
      const now = deps.clock.now()
      const asked = [...new Set(token.scope ?? scopes)]
      const refreshToken = matchesScope(scopes, 'offline_access') ? token.refreshToken : undefined
      const accessTokenExpiresAt = new Date(now + ACCESS_TOKEN_SECONDS * 1000)
      await insertTokens(tx, {
        id: newId(),
        appId: client.id,
        userId,
        grantId,
        codeHash,
        access: { token: token.accessToken, scopes: asked, expiresAt: accessTokenExpiresAt },
        // Narrowing an access token does not narrow the refresh token (RFC 6749 §6).
        refresh: refreshToken
          ? { token: refreshToken, scopes, expiresAt: new Date(now + REFRESH_TOKEN_MS) }
          : null,
      })
      return {
        accessToken: token.accessToken,
        accessTokenExpiresAt,
        refreshToken,
        scope: asked,
        client,
        user,
      }
    },
  }
  // The library's types ask for methods that its token endpoint never calls.
  return model as unknown as OAuth2Server.RefreshTokenModel
}
