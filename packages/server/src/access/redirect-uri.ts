import { linkFault } from '@charsu/protocol/web-link'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * What is wrong with a URI that an app registers to receive authorization codes, or undefined (wire contract §7,
 * RFC 6749 §3.1.2): absolute http or https, at most 2048 characters, no fragment, no credentials. In production
 * it is https, so that a code never travels in the clear; this machine alone may stay http.
 */
export function checkRedirectUri(uri: string, mode: 'development' | 'production'): string | undefined {
  const fault = linkFault(uri)
  if (fault) return fault
  const { protocol, hostname, username, password } = new URL(uri)
  if (uri.includes('#')) return 'must have no fragment: remove the # and what follows it'
  if (username || password) return 'must have no user name and no password: remove them'
  if (mode === 'production' && protocol === 'http:' && !LOOPBACK.has(hostname)) {
    return 'must be an https link, for a code sent over http can be read on its way'
  }
  return undefined
}
