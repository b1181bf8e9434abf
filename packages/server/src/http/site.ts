/** Where the outside finds this server; known for sure once it listens. */
export interface Site {
  /** Origin without a trailing slash. */
  publicUrl: string
}

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])

const isLoopbackName = (name: string): boolean => LOOPBACK_NAMES.has(name) || name.endsWith('.localhost')

/**
 * Whether a Host header names this machine. In development mode anybody can be anybody, so a page of another site
 * must not reach it by a name of its own that resolves to loopback (DNS rebinding).
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host === undefined || isLoopbackName(host.toLowerCase().replace(/:\d+$/, ''))
}

/** In development every loopback name with our port is our own page; otherwise the public URL alone is. */
export function isOwnOrigin(origin: string, site: Site, mode: 'development' | 'production'): boolean {
  if (origin === new URL(site.publicUrl).origin) return true
  if (mode === 'production' || !URL.canParse(origin)) return false
  const { hostname, port } = new URL(origin)
  return isLoopbackName(hostname) && port === new URL(site.publicUrl).port
}
