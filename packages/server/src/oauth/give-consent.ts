import { ACCESS_TOKEN_SECONDS } from '@charsu/protocol/oauth'
import { matchesScope } from '@charsu/protocol/scopes'
import type { Authenticator } from '../access/authenticator.ts'
import type { Clock } from '../clock.ts'
import { newId, newSecret } from '../ids.ts'
import { readGivableScopes } from './givable-scopes.ts'
import type { OAuthFault } from './oauth-error.ts'
import type { SubjectDeps } from './scope-subjects.ts'
import { addToGrant, type OAuthClient } from './store.ts'
import { REFRESH_TOKEN_MS } from './token-model.ts'
import { insertTokens } from './token-store.ts'

export interface GiveConsentDeps extends SubjectDeps {
  clock: Pick<Clock, 'now'>
  authenticator: Pick<Authenticator, 'forget'>
}

export interface GivenConsent {
  grantId: string
  accessToken: string
  /** Null without offline_access. */
  refreshToken: string | null
  /** Seconds. */
  expiresIn: number
  /** As they were asked for. */
  scopes: string[]
}

export type ConsentResult = { ok: true; consent: GivenConsent } | { ok: false; fault: OAuthFault }

/**
 * A person allows an app what it asks for, without a page and a code in between; for development mode, where anybody
 * can be anybody. What may be asked for, what is the person's to give, the grant and its tokens are those of the
 * consent page (wire contract §7).
 */
export async function giveConsent(
  deps: GiveConsentDeps,
  { client, userId, scopes: asked }: { client: OAuthClient; userId: string; scopes: readonly string[] },
): Promise<ConsentResult> {
  const givable = await readGivableScopes(deps, { client, userId, text: asked.join(' ') })
  if (!givable.ok) return givable
  const scopes = givable.scopes.map(({ verbatim }) => verbatim)
  const now = deps.clock.now()
  const access = newSecret('ca')
  const refresh = matchesScope(scopes, 'offline_access') ? newSecret('cr') : null
  const grantId = await deps.db.transaction().execute(async (tx) => {
    const id = await addToGrant(tx, { appId: client.id, userId, scopes })
    await insertTokens(tx, {
      id: newId(),
      appId: client.id,
      userId,
      grantId: id,
      codeHash: null,
      access: { token: access, scopes, expiresAt: new Date(now + ACCESS_TOKEN_SECONDS * 1000) },
      refresh:
        refresh === null ? null : { token: refresh, scopes, expiresAt: new Date(now + REFRESH_TOKEN_MS) },
    })
    return id
  })
  deps.authenticator.forget(`grant:${grantId}`)
  return {
    ok: true,
    consent: {
      grantId,
      accessToken: access,
      refreshToken: refresh,
      expiresIn: ACCESS_TOKEN_SECONDS,
      scopes,
    },
  }
}
