import { ApiError } from '../errors.ts'

interface OriginHeaders {
  origin?: string | undefined
  'sec-fetch-site'?: string | undefined
}

/**
 * Guards calls that a browser sends with our cookie: every browser names the page's origin on an unsafe request, so
 * another site's page shows itself. Clients that are no browser send neither header, and hold no foreign cookie.
 */
export function requireSameOrigin(headers: OriginHeaders, isOwnOrigin: (origin: string) => boolean): void {
  const { origin, 'sec-fetch-site': site } = headers
  const sameOrigin = origin === undefined || isOwnOrigin(origin)
  const sameSite = site === undefined || site === 'same-origin' || site === 'none'
  if (sameOrigin && sameSite) return
  throw new ApiError(
    'PERMISSION_DENIED',
    'this call came from another site’s page: make it from our own pages',
    {
      reason: 'CROSS_ORIGIN',
    },
  )
}
