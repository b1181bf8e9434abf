import { charsuPlace } from './charsu-place.ts'
import { KENAR_HOSTS, type KenarHost, kenarHost } from './kenar-hosts.ts'
import { OriginRewriter } from './rewrite-origins.ts'

export interface OriginsInput {
  charsuUrl: string
  /** Origin of the front door. */
  frontUrl: string
  appPort: number
  /** What the app calls itself, when it is not its address on this machine. */
  publicUrl?: string | undefined
}

/** Where the front door waits for links to Kenar's hosts, followed by the host's name. */
export const KENAR_PATH = '/.kenar/'

/** What the app's addresses and Kenar's are on this machine. */
export interface LocalOrigins {
  /** For what the app sends: its own origins become the front door's. */
  own: OriginRewriter
  /** For what people get from the app: its own origins, and Kenar's. */
  all: OriginRewriter
  /** A Location, as a browser on this machine can follow it. */
  location(value: string): string
  /** An address of the app as a developer gives it, a path or a URL, at the front door. */
  address(given: string): string
  /** Where a link to a Kenar host leads, for a path under KENAR_PATH; undefined when there is nothing. */
  kenarLink(target: string): string | undefined
}

export function localOrigins({ charsuUrl, frontUrl, appPort, publicUrl }: OriginsInput): LocalOrigins {
  const named = ['localhost', '127.0.0.1', '[::1]'].map((name) => `http://${name}:${appPort}`)
  const ownChanges = [...(publicUrl ? [new URL(publicUrl).origin] : []), ...named].map((from) => ({
    from,
    to: frontUrl,
  }))
  const kenarChanges = KENAR_HOSTS.flatMap((host) =>
    ['https', 'http'].map((scheme) => ({
      from: `${scheme}://${host}`,
      to: `${frontUrl}${KENAR_PATH}${host}`,
    })),
  )
  const own = new OriginRewriter(ownChanges)
  const inCharsu = (host: KenarHost, target: string): string | undefined => {
    const place = charsuPlace(host, own.rewrite(target.startsWith('/') ? target : `/${target}`))
    return place && charsuUrl + place.path
  }
  return {
    own,
    all: new OriginRewriter([...ownChanges, ...kenarChanges]),
    location(value) {
      const found = /^https?:\/\/([^/?#:]+)(?::443|:80)?(.*)$/is.exec(value.trim())
      const host = kenarHost(found?.[1] ?? '')
      return (host && inCharsu(host, found?.[2] ?? '')) ?? own.rewrite(value)
    },
    address: (given) => (given.startsWith('/') ? frontUrl + given : own.rewrite(given)),
    kenarLink(target) {
      const [, name = '', rest = ''] = /^\/\.kenar\/([^/?]+)(.*)$/s.exec(target) ?? []
      const host = kenarHost(name)
      return host && inCharsu(host, rest)
    },
  }
}
