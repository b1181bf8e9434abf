import { type Refusal, RefusedError } from './errors.ts'

/**
 * The token endpoint said no (wire contract §7): to the code or refresh token, or to the app's own credentials.
 * @example
 * ```ts
 * import { type OAuth, OAuthError } from '@charsu/sdk'
 *
 * export async function connect(oauth: OAuth, code: string): Promise<string> {
 *   try {
 *     return `connected: ${(await oauth.exchange(code)).id}`
 *   } catch (error) {
 *     if (error instanceof OAuthError && error.error === 'invalid_grant') return 'please connect again'
 *     throw error
 *   }
 * }
 * ```
 */
export class OAuthError extends RefusedError {
  /** OAuth's own word, such as `invalid_grant`. */
  readonly error: string
  /** What exactly was wrong. */
  readonly errorDescription: string | undefined

  constructor(
    message: string,
    refusal: Refusal,
    oauth: { error: string; errorDescription: string | undefined },
    options: { cause?: unknown } = {},
  ) {
    super(message, refusal, options)
    this.name = 'OAuthError'
    this.error = oauth.error
    this.errorDescription = oauth.errorDescription
  }
}
