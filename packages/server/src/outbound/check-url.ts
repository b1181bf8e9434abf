import { isIP } from 'node:net'
import type { PortRange } from '../setting-checks.ts'
import type { AddressGuard } from './address-guard.ts'

export const MAX_URL_LENGTH = 2048

export type UrlCheck = { ok: true; url: URL } | { ok: false; stage: 'url' | 'guard'; reason: string }

/** Where this server may call, as its operator decided. */
export interface CallRules {
  guard: AddressGuard
  /** Null for every port. */
  ports: readonly PortRange[] | null
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

/**
 * Whether an app may register this URL, asked when settings are saved and again when it is dialled: http or
 * https, no credentials, at most 2048 characters, an allowed port, and no literal address that the guard refuses.
 * A name passes: what it resolves to is judged at every connection.
 */
export function checkAppUrl(text: string, { guard, ports }: CallRules): UrlCheck {
  if (text.length > MAX_URL_LENGTH) {
    return refuse(`the URL has ${text.length} characters; at most ${MAX_URL_LENGTH} are allowed`)
  }
  if (!URL.canParse(text))
    return refuse('not an absolute URL; expected something like https://example.com/hook')
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return refuse(`the URL's scheme is "${url.protocol.slice(0, -1)}"; use http or https`)
  }
  if (url.username || url.password) {
    return refuse('the URL holds a user name or password; the identification key says who calls, remove them')
  }
  const port = url.port === '' ? DEFAULT_PORTS[url.protocol]! : Number(url.port)
  if (ports && !ports.some(({ from, to }) => from <= port && port <= to)) {
    return refuse(`apps may not be called on port ${port}; use ${portsInWords(ports)}`, 'guard')
  }
  for (const address of literalAddresses(url.hostname)) {
    const refusal = guard.refusal(address)
    if (refusal) return refuse(`${refusal}; use an address that is reachable from the internet`, 'guard')
  }
  return { ok: true, url }
}

/** The addresses a host names without any DNS: a literal, or localhost, which is always this machine (RFC 6761). */
export function literalAddresses(hostname: string): string[] {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare)) return [bare]
  return /(^|\.)localhost\.?$/i.test(bare) ? ['127.0.0.1', '::1'] : []
}

function portsInWords(ports: readonly PortRange[]): string {
  const words = ports.map(({ from, to }) => (from === to ? String(from) : `${from} to ${to}`))
  return `${words.length > 1 ? 'one of ' : ''}${words.join(', ')}`
}

const refuse = (reason: string, stage: 'url' | 'guard' = 'url'): UrlCheck => ({ ok: false, stage, reason })
