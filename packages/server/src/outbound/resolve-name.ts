import { lookup, Resolver } from 'node:dns/promises'

/** All IP addresses of a host name. Rejects when there are none. */
export type ResolveName = (hostname: string) => Promise<readonly string[]>

const QUERY_TIMEOUT_MS = 2_500
const TRIES = 2

/**
 * Asks DNS directly and the operating system only for what DNS does not know (/etc/hosts, search domains).
 * The operating system's look-up blocks one of the process's few worker threads until it answers: a name whose
 * server hangs would otherwise hold up file and DNS work of the whole node.
 */
export function createSystemResolver(): ResolveName {
  const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: TRIES })
  return async (hostname) => {
    if (hostname.includes('.')) {
      const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
      const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
      if (found.length > 0) return found
    }
    return (await lookup(hostname, { all: true })).map((entry) => entry.address)
  }
}
