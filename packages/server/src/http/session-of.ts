import type { Authenticator } from '../access/authenticator.ts'
import type { UserCaller } from '../access/callers.ts'
import { ApiError } from '../errors.ts'
import { readCookie, SESSION_COOKIE } from './cookies.ts'
import type { ErrorRequest } from './route.ts'

/** Who is logged in, for pages that greet strangers too; null for those without a session. */
export async function sessionOf(
  authenticator: Pick<Authenticator, 'session'>,
  { headers }: ErrorRequest,
): Promise<UserCaller | null> {
  const sessionSecret = readCookie(headers.cookie?.toString(), SESSION_COOKIE)
  try {
    return await authenticator.session({
      sessionSecret,
      apiKey: undefined,
      authorization: undefined,
      accessToken: undefined,
    })
  } catch (error) {
    if (error instanceof ApiError && error.codeName === 'UNAUTHENTICATED') return null
    throw error
  }
}
