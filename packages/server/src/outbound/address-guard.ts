import ipaddr from 'ipaddr.js'

export interface AddressGuardOptions {
  /** CIDRs that may be dialled although the table refuses them, for private set-ups. */
  allow?: readonly string[]
  /** Development: every address may be dialled, this machine's own above all. */
  allowEverything?: boolean
}

export interface AddressGuard {
  /** Why this IP address may not be dialled, or undefined when it may. Takes an address, never a name. */
  refusal(address: string): string | undefined
}

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Cidr = [Address, number]

/** What ipaddr.js calls each special range, in words for the developer whose URL is refused. */
const RANGE_WORDS: Record<string, string> = {
  unspecified: 'an unspecified address',
  broadcast: 'a broadcast address',
  multicast: 'a multicast address',
  linkLocal: 'a link-local address',
  loopback: 'a loopback address',
  carrierGradeNat: 'a carrier-grade NAT address',
  private: 'a private address',
  uniqueLocal: 'a private address',
  deprecatedSiteLocal: 'a private address',
  reserved: 'a reserved or documentation address',
  benchmarking: 'a reserved or documentation address',
  '6to4': 'a 6to4 address, which hides an IPv4 address',
  teredo: 'a Teredo address, which hides an IPv4 address',
  rfc6145: 'a translated address, which hides an IPv4 address',
  rfc6052: 'a local NAT64 address, which hides an IPv4 address',
}

const NAT64_WELL_KNOWN = ipaddr.IPv6.parseCIDR('64:ff9b::/96')
/** Everything that is routed on the public IPv6 internet lies here (RFC 4291 §2.4). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Decides which IP addresses this server may connect to on behalf of an app. Only public unicast addresses
 * pass. An IPv4 address inside an IPv6 one is judged as itself where the network delivers it there (IPv4-mapped,
 * well-known NAT64); forms that tunnel (6to4, Teredo, local-use NAT64) are refused whole.
 * Throws when `allow` holds something that is not a CIDR.
 */
export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const allow = (options.allow ?? []).map(parseCidr)
  return {
    refusal(text) {
      const withoutZone = text.split('%', 1)[0] ?? ''
      if (!ipaddr.isValid(withoutZone)) return `${text} is not an IP address`
      if (options.allowEverything) return undefined
      const dialled = ipaddr.parse(withoutZone)
      const reached = embedded(dialled) ?? dialled
      if (allow.some((cidr) => contains(cidr, dialled) || contains(cidr, reached))) return undefined
      const kind = specialKind(reached)
      return kind && `${text} is ${kind}`
    },
  }
}

/** The IPv4 address that the network really reaches when this IPv6 address is dialled. */
function embedded(address: Address): ipaddr.IPv4 | undefined {
  if (!(address instanceof ipaddr.IPv6)) return undefined
  if (address.isIPv4MappedAddress()) return address.toIPv4Address()
  if (!address.match(NAT64_WELL_KNOWN)) return undefined
  return new ipaddr.IPv4(address.toByteArray().slice(-4))
}

function specialKind(address: Address): string | undefined {
  const range = address.range()
  if (range !== 'unicast') return RANGE_WORDS[range] ?? 'not a public address'
  // What no table names yet, and IPv4-compatible ::a.b.c.d, lies outside the global block.
  if (address instanceof ipaddr.IPv6 && !address.match(GLOBAL_UNICAST)) return 'not a public address'
  return undefined
}

function contains([base, bits]: Cidr, address: Address): boolean {
  if (base instanceof ipaddr.IPv4) return address instanceof ipaddr.IPv4 && address.match(base, bits)
  return address instanceof ipaddr.IPv6 && address.match(base, bits)
}

function parseCidr(text: string): Cidr {
  try {
    return ipaddr.parseCIDR(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`)
  } catch (cause) {
    throw new Error(`"${text}" is not an address range: expected a CIDR such as 10.1.0.0/16 or fd00::/8`, {
      cause,
    })
  }
}
