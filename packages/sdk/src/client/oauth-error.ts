import { type Refusal, RefusedError } from './errors.ts'

/** The token endpoint said no (wire contract §7): the code or refresh token, or the app's own credentials. */
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
