/** Host and port of a CONNECT or an absolute URL. */
export interface Authority {
  /** As a socket takes it: an IPv6 address without its brackets. */
  hostname: string
  port: number
}

/** Reads `host:port` of a CONNECT; undefined when it is none. */
export function readAuthority(text: string): Authority | undefined {
  const found = /^(?:\[([0-9a-f:.%]+)\]|([^\s:/@[\]]+)):(\d{1,5})$/i.exec(text)
  const hostname = found?.[1] ?? found?.[2]
  const port = Number(found?.[3])
  return hostname === undefined || port < 1 || port > 65_535 ? undefined : { hostname, port }
}
