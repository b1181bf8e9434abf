import type { OAuthErrorName } from '@charsu/protocol/oauth'

const MAX_DESCRIPTION = 600

/** What went wrong in OAuth's own terms (wire contract §7). */
export class OAuthFault extends Error {
  readonly error: OAuthErrorName
  readonly status: number

  constructor(error: OAuthErrorName, description: string, status = 400) {
    super(description)
    this.name = 'OAuthFault'
    this.error = error
    this.status = status
  }

  /** With the characters alone that an error_description may hold. */
  get description(): string {
    const plain = this.message
      .replaceAll('"', "'")
      .replaceAll('\\', '/')
      .replaceAll('’', "'")
      .replace(/[^\x20-\x7e]/gu, '?')
    return plain.length > MAX_DESCRIPTION ? `${plain.slice(0, MAX_DESCRIPTION)}...` : plain
  }
}
