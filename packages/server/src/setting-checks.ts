import ipaddr from 'ipaddr.js'

/** What a setting's text must be: each check returns what is wrong, in words that follow the setting's name, or null. */

export const anything = (): null => null
export const oneOf =
  (...names: string[]) =>
  (value: string): string | null =>
    names.includes(value) ? null : `is ${JSON.stringify(value)}, but must be one of ${names.join(', ')}`
export const integer =
  (least: number, most: number) =>
  (value: string): string | null =>
    /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most
      ? null
      : `is ${JSON.stringify(value)}, but must be a whole number from ${least} to ${most}`
export const longEnough =
  (least: number) =>
  (value: string): string | null =>
    value.length >= least ? null : `has ${value.length} characters, but needs at least ${least}`
export const cidrs = (value: string): string | null =>
  value.split(',').every((part) => ipaddr.isValidCIDR(part.trim()))
    ? null
    : 'must be networks separated by commas, such as 10.1.0.0/16,192.168.7.0/24'

export function origin(value: string): string | null {
  if (!URL.canParse(value))
    return `is ${JSON.stringify(value)}, but must be a URL such as https://charsu.example`
  const { protocol, pathname, search, hash, username, password } = new URL(value)
  if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https:// or http://'
  return pathname === '/' && !search && !hash && !username && !password
    ? null
    : 'must be an origin alone: scheme, host and port, without a path, a query or a user name'
}

export const postgresUrl = (value: string): string | null =>
  /^postgres(ql)?:\/\//.test(value) && URL.canParse(value)
    ? null
    : 'must be a URL that begins with postgres://'

export interface PortRange {
  from: number
  to: number
}

/** `80,443,1024-65535` as ranges; undefined when it is not that. */
export function parsePorts(text: string): PortRange[] | undefined {
  const ranges = text.split(',').map((part) => {
    const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? []
    return { from: Number(from), to: Number(to ?? from) }
  })
  const good = ranges.every(({ from, to }) => from >= 1 && from <= to && to <= 65_535)
  return good ? ranges : undefined
}

export const ports = (value: string): string | null =>
  value === 'all' || parsePorts(value)
    ? null
    : `is ${JSON.stringify(value)}, but must be ports and ranges separated by commas, such as 80,443,1024-65535, or all`

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `7d`, `36h`, `90m` or `30s` in milliseconds; undefined when it is not that. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  return count === undefined || unit === undefined ? undefined : Number(count) * UNITS[unit]!
}

/** @param least, @param most as they are written. */
export function duration(least: string, most: string): (value: string) => string | null {
  return (value) => {
    const ms = parseDuration(value)
    if (ms === undefined)
      return `is ${JSON.stringify(value)}, but must be a number with a unit, such as 7d, 36h, 90m or 30s`
    return ms >= parseDuration(least)! && ms <= parseDuration(most)!
      ? null
      : `is ${value}, but must be from ${least} to ${most}`
  }
}

export const share = (value: string): string | null =>
  /^(0|1|0?\.\d+|1\.0+|0\.0+)$/.test(value)
    ? null
    : `is ${JSON.stringify(value)}, but must be from 0 to 1, such as 0.1`

export const httpUrl = (value: string): string | null =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
    ? null
    : 'must be a URL that begins with http:// or https://'

/** @param what as it is said: "the name of a bucket, such as charsu-media". */
export const matching =
  (shape: RegExp, what: string) =>
  (value: string): string | null =>
    shape.test(value) ? null : `is ${JSON.stringify(value)}, but must be ${what}`

/** Never says the value. */
export const oneWord = (value: string): string | null =>
  /\s/.test(value) ? 'must hold no white space' : null
