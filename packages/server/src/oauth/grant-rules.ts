import type { CodeRow, RefreshRow } from './token-store.ts'

/** Milliseconds that a pair works on after its refresh token was first exchanged (wire contract §7). */
export const ROTATION_OVERLAP_MS = 2 * 60 * 1000

/** Why a code or refresh token gives nothing, and what its misuse brings about. */
export interface Refusal {
  description: string
  /** Of a code used twice: the tokens it gave die. Of a refresh token used again too late: the whole grant. */
  consequence?: 'revoke_tokens' | 'revoke_grant'
}

interface Attempt {
  /** The app that authenticated itself. */
  clientId: string
  /** Milliseconds since 1970. */
  now: number
}

/** In place of a redirect URI: the code's own is taken to be right. */
export const ANY_REDIRECT_URI = Symbol('any redirect URI')

const CONSENT_GONE = 'the user has taken the consent back: ask for it again at /oauth2/auth'

/** Which rule of wire contract §7 a code breaks, or undefined. Another app's attempt changes nothing. */
export function codeRefusal(
  row: CodeRow | undefined,
  attempt: Attempt & { redirectUri: string | undefined | typeof ANY_REDIRECT_URI },
): Refusal | undefined {
  if (!row) return { description: 'the code is unknown: send the one of the latest redirect, unchanged' }
  if (row.app_id !== attempt.clientId) {
    return { description: 'the code was given to another client: send the client_id that asked for it' }
  }
  if (row.used_at !== null) return CODE_REUSED
  if (row.grant_revoked_at !== null) return { description: CONSENT_GONE }
  if (row.expires_at.getTime() <= attempt.now) {
    return {
      description: `the code expired at ${row.expires_at.toISOString()}, for it lives 10 minutes: ask for consent again`,
    }
  }
  if (attempt.redirectUri !== ANY_REDIRECT_URI && attempt.redirectUri !== row.redirect_uri) {
    const sent = attempt.redirectUri === undefined ? 'is missing' : `is ${attempt.redirectUri}`
    return {
      description: `redirect_uri ${sent}, but the code was asked for with ${row.redirect_uri}: send that`,
    }
  }
  return undefined
}

export const CODE_REUSED: Refusal = {
  description:
    'the code was used before, so what it gave is revoked: exchange a code once, and ask for consent again',
  consequence: 'revoke_tokens',
}

/** Which rule of wire contract §7 a refresh token breaks, or undefined. */
export function refreshRefusal(row: RefreshRow | undefined, attempt: Attempt): Refusal | undefined {
  if (!row)
    return { description: 'the refresh_token is unknown: send the one of the latest answer, unchanged' }
  if (row.app_id !== attempt.clientId) {
    return { description: 'the refresh_token was given to another client: send the client_id that got it' }
  }
  if (row.grant_revoked_at !== null) return { description: CONSENT_GONE }
  if (row.revoked_at !== null) {
    return { description: 'the refresh_token was revoked: ask the user for consent again' }
  }
  if (row.rotated_at !== null && row.rotated_at.getTime() + ROTATION_OVERLAP_MS <= attempt.now) {
    return REFRESH_TOKEN_REUSED
  }
  if (row.expires_at.getTime() <= attempt.now) {
    return {
      description: `the refresh_token expired at ${row.expires_at.toISOString()}, for it lives 30 days: ask for consent again`,
    }
  }
  return undefined
}

export const REFRESH_TOKEN_REUSED: Refusal = {
  description:
    'the refresh_token was reused more than two minutes after it was exchanged, so the grant is revoked: keep the newest refresh_token, and ask for consent again',
  consequence: 'revoke_grant',
}
