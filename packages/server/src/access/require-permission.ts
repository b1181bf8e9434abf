import { ApiError } from '../errors.ts'
import type { AppCaller, UserToken } from './callers.ts'

/** @throws 403 naming the permission (wire contract §1). */
export function requirePermission(caller: AppCaller, permission: string): void {
  if (caller.permissions.has(permission)) return
  throw new ApiError(
    'PERMISSION_DENIED',
    `the API key lacks the permission ${permission}: make a key that carries it in the console` +
      (caller.development ? '' : ', after the host has approved it for the app'),
    { reason: 'PERMISSION_MISSING', metadata: { permission } },
  )
}

/**
 * @param anyOf canonical scopes, one of which is enough; the first is the narrowest and is named in the message.
 * @throws 403 naming the missing scope exactly (wire contract §0).
 */
export function requireScope(token: UserToken, anyOf: readonly [string, ...string[]]): void {
  if (anyOf.some((scope) => token.scopes.has(scope))) return
  throw scopeMissing(anyOf)
}

export function scopeMissing(anyOf: readonly [string, ...string[]]): ApiError {
  const [narrowest, ...others] = anyOf
  const or = others.length > 0 ? ` (or ${others.join(', or ')})` : ''
  return new ApiError(
    'PERMISSION_DENIED',
    `the user has not granted ${narrowest}${or}: ask for that scope at /oauth2/auth`,
    { reason: 'SCOPE_MISSING', metadata: { scope: narrowest } },
  )
}
