export const SESSION_COOKIE = 'charsu_session'

/** The value of one cookie in a Cookie header, or undefined. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}

/**
 * The session's cookie: unreadable to scripts, not sent with other sites' requests except top-level navigation
 * (so that the way back from an app's page keeps the session).
 * @param maxAgeSeconds 0 deletes it.
 */
export function sessionCookie(value: string, maxAgeSeconds: number, secure: boolean): string {
  const flags = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure ? '; Secure' : ''}`
  return `${SESSION_COOKIE}=${value}; ${flags}`
}
