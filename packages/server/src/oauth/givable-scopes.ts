import type { Scope } from '@charsu/protocol/scopes'
import type { OAuthFault } from './oauth-error.ts'
import { readRequestedScopes, refused } from './requested-scopes.ts'
import { foreignScopes, loadSubjects, type SubjectDeps, scopesOnRealPosts } from './scope-subjects.ts'
import type { OAuthClient } from './store.ts'

export type GivableScopes = { ok: true; scopes: Scope[] } | { ok: false; fault: OAuthFault }

/**
 * What one person may allow an app (wire contract §7 and §12): scopes that the app may ask for, each about something
 * that is the person's.
 * @param text as in an authorization request, separated by spaces.
 */
export async function readGivableScopes(
  deps: SubjectDeps,
  { client, userId, text }: { client: OAuthClient; userId: string; text: string },
): Promise<GivableScopes> {
  const requested = readRequestedScopes(text, client)
  if (!requested.ok) return requested
  const subjects = await loadSubjects(deps, { appId: client.id, userId }, requested.scopes)
  const foreign = [
    ...foreignScopes(requested.scopes, subjects),
    ...scopesOnRealPosts(client, requested.scopes, subjects),
  ]
  return foreign.length > 0 ? refused(foreign) : requested
}
