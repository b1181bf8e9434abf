const AS_SOMEBODY = /^\/dev\/as\/[^/]+/

/**
 * What stands before every path of ours: nothing, or `/dev/as/{host_id}` where a development marketplace shows the
 * pages as somebody in particular.
 */
export const pageBase = (pathname: string): string => AS_SOMEBODY.exec(pathname)?.[0] ?? ''

export const baseOf = (hostId: string): string => `/dev/as/${encodeURIComponent(hostId)}`
