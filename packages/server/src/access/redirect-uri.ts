import { linkFault, MAX_LINK_LENGTH } from '@charsu/protocol/web-link'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
const SCHEME = /^([a-z][a-z0-9+.-]+:)[^\s]/i
const VISIBLE_ASCII = /^[\x21-\x7e]+$/

/** Schemes under which a browser runs or shows something itself instead of handing the answer to an app. */
const NEVER_AN_APP = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'blob:',
  'about:',
  'view-source:',
])

/** Query parameters that the answer adds; an app could not tell its own from ours. */
const ANSWER_PARAMETERS = ['code', 'state', 'error', 'error_description', 'error_uri']

/**
 * What is wrong with a URI that an app registers to receive authorization codes, or undefined (wire contract §7,
 * RFC 6749 §3.1.2): absolute http or https, or a scheme of an installed app's own such as `myapp://callback`; at
 * most 2048 characters of visible ASCII, no fragment, no credentials. In production it is not plain http, so that
 * a code never travels in the clear; this machine alone may stay http. Requests are compared with it byte for
 * byte, so it is kept exactly as given.
 */
export function checkRedirectUri(uri: string, mode: 'development' | 'production'): string | undefined {
  const scheme = SCHEME.exec(uri)?.[1]?.toLowerCase()
  const isPrivate = scheme !== undefined && scheme !== 'http:' && scheme !== 'https:'
  const fault = isPrivate ? privateFault(uri, scheme) : linkFault(uri)
  if (fault) return fault
  if (!VISIBLE_ASCII.test(uri)) return 'must hold visible ASCII alone: percent-encode everything else'
  const { protocol, hostname, username, password, searchParams } = new URL(uri)
  if (uri.includes('#')) return 'must have no fragment: remove the # and what follows it'
  if (username || password) return 'must have no user name and no password: remove them'
  const taken = ANSWER_PARAMETERS.find((name) => searchParams.has(name))
  if (taken) return `must not have "${taken}" in its query, for the answer adds a parameter of that name`
  if (mode === 'production' && protocol === 'http:' && !LOOPBACK.has(hostname)) {
    return 'must be an https link, for a code sent over http can be read on its way'
  }
  return undefined
}

function privateFault(uri: string, scheme: string): string | undefined {
  if (NEVER_AN_APP.has(scheme)) {
    return `must be an http or https link, or a scheme of the app's own such as myapp:, but its scheme is "${scheme}"`
  }
  if (uri.length > MAX_LINK_LENGTH)
    return `must have at most ${MAX_LINK_LENGTH} characters; send a shorter link`
  return URL.canParse(uri) ? undefined : 'must be an absolute URI, such as myapp://callback'
}
