import { CharsuError } from '../client/errors.ts'

/** There is no consent to act under any more: the grant was deleted, or has run out and cannot be refreshed. */
export class NoGrantError extends CharsuError {
  /** Which grant was wanted. */
  readonly grantId: string

  constructor(whatHappened: string, grantId: string, hint: string) {
    super(`${whatHappened} ${hint} (grant ${grantId})`, { hint })
    this.name = 'NoGrantError'
    this.grantId = grantId
  }
}
