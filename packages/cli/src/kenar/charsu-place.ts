import type { KenarHost } from './kenar-hosts.ts'

/**
 * Where an address of Kenar lies in Charsu. A `call` is answered through the proxy; a `page` is for a browser, which
 * is sent to Charsu's own origin, for its session is known there and nowhere else.
 */
export interface CharsuPlace {
  kind: 'call' | 'page'
  /** Path with query, as the request had it where nothing is renamed. */
  path: string
}

interface Rule {
  /** Absent: on all five hosts. */
  host?: KenarHost
  path: RegExp
  kind: CharsuPlace['kind']
  /** Where Charsu has it, if elsewhere. */
  to?: (path: string) => string
}

/** What Kenar has at which host, and Charsu where; the first rule that fits counts. */
const RULES: readonly Rule[] = [
  { path: /^\/(v1|v2|experimental)\/open-platform(\/|$)/, kind: 'call' },
  { path: /^\/oauth2\/(token|revoke)$/, kind: 'call' },
  { path: /^\/oauth2\/auth$/, kind: 'page' },
  { path: /^\/upload\/[^/]*$/, kind: 'call' },
  { host: 'open-platform-redirect.divar.ir', path: /^\/oauth$/, kind: 'page' },
  { host: 'open-platform-redirect.divar.ir', path: /^\/completion$/, kind: 'page' },
  { host: 'chat.divar.ir', path: /^\/$/, kind: 'page' },
  { host: 'chat.divar.ir', path: /^\/addon_[^/]+$/, kind: 'page', to: (path) => `/chat${path}` },
  { host: 'chat.divar.ir', path: /^\/chat\/[^/]+$/, kind: 'page' },
]

/** Places that exist for apps, as a person reads them in a refusal. */
export const SERVED_PLACES =
  '/v1, /v2 and /experimental/open-platform, /oauth2/auth, /oauth2/token, /upload, open-platform-redirect.divar.ir/oauth and /completion, chat.divar.ir/addon_{slug}'

/** @param target path with query, as it stands in a request line. */
export function charsuPlace(host: KenarHost, target: string): CharsuPlace | undefined {
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const query = mark < 0 ? '' : target.slice(mark)
  const rule = RULES.find((each) => (each.host ?? host) === host && each.path.test(path))
  return rule && { kind: rule.kind, path: (rule.to?.(path) ?? path) + query }
}
