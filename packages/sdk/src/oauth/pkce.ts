/** What binds a code to whoever asked for it (RFC 7636): the challenge goes with consent, the verifier with the code. */
export interface PkcePair {
  codeVerifier: string
  codeChallenge: string
}

/**
 * A fresh pair, by SHA-256. Keep the verifier where only this browser's callback finds it.
 * @example
 * ```ts run
 * import { pkcePair } from '@charsu/sdk'
 *
 * const { codeVerifier, codeChallenge } = await pkcePair()
 * ```
 */
export async function pkcePair(): Promise<PkcePair> {
  const codeVerifier = base64url(crypto.getRandomValues(new Uint8Array(32)))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier))
  return { codeVerifier, codeChallenge: base64url(new Uint8Array(digest)) }
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
