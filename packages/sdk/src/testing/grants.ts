import { ACCESS_TOKEN_SECONDS } from '@charsu/protocol/oauth'
import { matchesScope, parseScope } from '@charsu/protocol/scopes'
import type { AccessToken, Consent, RefreshToken, World } from './world.ts'

const REFRESH_TOKEN_MS = 30 * 24 * 3_600_000

/** Adds scopes to what the person allows the app already; earlier tokens keep what they carry. */
export function addToConsent(world: World, userId: string, scopes: readonly string[]): Consent {
  const standing = world.consents.find((each) => each.userId === userId && !each.isRevoked)
  if (standing) {
    standing.scopes.push(...scopes.filter((scope) => !standing.scopes.includes(scope)))
    return standing
  }
  const consent = { id: world.ids.uuid(), userId, scopes: [...new Set(scopes)], isRevoked: false }
  world.consents.push(consent)
  return consent
}

export interface IssuedTokens {
  access: AccessToken
  /** With offline_access. */
  refresh: RefreshToken | null
}

/** New tokens of a consent (wire contract §7). `granted` is what may be refreshed, `asked` what the token carries. */
export function issueTokens(
  world: World,
  {
    consent,
    granted,
    asked = granted,
    code,
  }: {
    consent: Consent
    granted: readonly string[]
    asked?: readonly string[]
    code: string | null
  },
): IssuedTokens {
  const access: AccessToken = {
    id: world.ids.uuid(),
    secret: world.ids.secret('ca'),
    consent,
    scopes: new Set(asked.map(canonical)),
    verbatim: asked,
    expiresAt: world.now() + ACCESS_TOKEN_SECONDS * 1000,
    isRevoked: false,
    code,
  }
  world.accessTokens.set(access.secret, access)
  if (!matchesScope(granted, 'offline_access')) return { access, refresh: null }
  const refresh: RefreshToken = {
    secret: world.ids.secret('cr'),
    access,
    scopes: granted,
    expiresAt: world.now() + REFRESH_TOKEN_MS,
    rotatedAt: null,
    isRevoked: false,
  }
  world.refreshTokens.set(refresh.secret, refresh)
  return { access, refresh }
}

function canonical(scope: string): string {
  const read = parseScope(scope)
  return read.ok ? read.scope.canonical : scope
}

/** Kills every token that descends from a code. */
export function revokeTokensOfCode(world: World, code: string | null, consent: Consent): void {
  for (const token of world.accessTokens.values()) {
    if (token.consent === consent && token.code === code) token.isRevoked = true
  }
  for (const token of world.refreshTokens.values()) {
    if (token.access.consent === consent && token.access.code === code) token.isRevoked = true
  }
  endSubscriptions(world, ({ token }) => token.isRevoked)
}

/** Kills the consent with all that hangs on it; whether the app is to be told. */
export function revokeConsent(world: World, consent: Consent): { isTold: boolean } {
  consent.isRevoked = true
  endSubscriptions(world, ({ token }) => token.consent === consent)
  const isTold =
    matchesScope(consent.scopes, 'NOTIFICATION_ACCESS_REVOCATION') && matchesScope(consent.scopes, 'USER_ID')
  return { isTold }
}

function endSubscriptions(world: World, which: (each: World['subscriptions'][number]) => boolean): void {
  for (const each of world.subscriptions) if (which(each)) each.hasEnded = true
}
