import { parseScopeList, type Scope } from '@charsu/protocol/scopes'
import type { OAuthFault } from './oauth-error.ts'
import type { OAuthClient } from './store.ts'

/** Nobody reads a longer list before allowing it, and each may need a look into the database. */
const MAX_SCOPES = 50

export type RequestedScopes = { ok: true; scopes: Scope[] } | { ok: false; fault: OAuthFault }

/**
 * The scopes an app asks for, if it may ask for all of them (wire contract §7 and §12): a development app may hold
 * every scope, a production app those that the host approved. Whether the resources are the user's is another
 * question.
 */
export function readRequestedScopes(
  text: string | undefined,
  client: Pick<OAuthClient, 'slug' | 'development' | 'approvedScopes'>,
): RequestedScopes {
  const read = parseScopeList(text ?? '')
  if (!read.ok) return refused(read.messages)
  const { scopes } = read
  if (scopes.length === 0) return refused(['scope is missing: name at least one, such as USER_ID'])
  if (scopes.length > MAX_SCOPES) {
    return refused([`${scopes.length} scopes were asked for, but at most ${MAX_SCOPES} go in one request`])
  }
  if (client.development) return { ok: true, scopes }
  const missing = scopes.map((scope) => scope.name).filter((name) => !client.approvedScopes.has(name))
  if (missing.length === 0) return { ok: true, scopes }
  return refused([
    `the app ${client.slug} may not ask for ${[...new Set(missing)].join(', ')}: the host has not approved it; ask for approval in the console`,
  ])
}

/** Every message at once, so that a developer mends the request in one go. */
export const refused = (messages: readonly string[]): { ok: false; fault: OAuthFault } => ({
  ok: false,
  fault: { error: 'invalid_scope', description: messages.join('; ') },
})
