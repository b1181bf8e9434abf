import { CharsuError } from '../client/errors.ts'

/** There is no consent to act under any more: the grant was deleted, or has run out and cannot be refreshed. */
export class NoGrantError extends CharsuError {
  readonly grantId: string

  constructor(message: string, grantId: string, hint: string) {
    super(message, { hint })
    this.name = 'NoGrantError'
    this.grantId = grantId
  }
}
