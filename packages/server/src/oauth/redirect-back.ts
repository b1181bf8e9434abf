import type { HelpUrl } from '../errors.ts'
import { type HttpAnswer, redirect } from '../http/route.ts'
import { faultParameters, type OAuthFault } from './oauth-error.ts'

/** Where an answer to the app goes, and the state that goes with it. */
export interface WayBack {
  /** One of the app's registered URIs, as registered. */
  redirectUri: string
  /** As the app percent-encoded it; null when it sent none. */
  rawState: string | null
}

/** A `#` would cut the state off, and browsers would encode the rest of these themselves, each in its own way. */
const UNSAFE_IN_QUERY = /["#<>]/g

/**
 * The redirect URI with further query parameters. The app's own query stays as it is, and `state` is repeated as it
 * was written (wire contract §7).
 */
export function answerUri(way: WayBack, parameters: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  if (way.rawState !== null) {
    pairs.push(`state=${way.rawState.replace(UNSAFE_IN_QUERY, (sign) => encodeByte(sign))}`)
  }
  const uri = encodeNonAscii(way.redirectUri)
  const separator = !uri.includes('?') ? '?' : /[?&]$/.test(uri) ? '' : '&'
  return uri + separator + pairs.join('&')
}

export const redirectWithFault = (way: WayBack, fault: OAuthFault, helpUrl: HelpUrl): HttpAnswer =>
  redirect(answerUri(way, faultParameters(fault, helpUrl)))

const encodeByte = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`

/** A Location header holds ASCII; well-formed because it equals a registered text of the database. */
const encodeNonAscii = (uri: string): string =>
  uri.replace(/[^\x21-\x7e]/gu, (sign) => encodeURIComponent(sign))
