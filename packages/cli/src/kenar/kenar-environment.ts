import { KENAR_HOSTS } from './kenar-hosts.ts'
import { phpFolders, type TrustFiles } from './trust-files.ts'

export interface EnvironmentInput {
  proxyUrl: string
  trust: Pick<TrustFiles, 'ours' | 'all' | 'php'>
  /** The environment that the app would have without us. */
  given: Readonly<Record<string, string | undefined>>
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1', '.localhost']

/**
 * The variables by which programs of many languages find the proxy and trust its authority. Those that are in force
 * already (a proxy of a company, hosts without one) are replaced; whoever starts the proxy hands the first on to it.
 */
export function kenarEnvironment({ proxyUrl, trust, given }: EnvironmentInput): Record<string, string> {
  const noProxy = [...LOOPBACK, ...keptExceptions(given.NO_PROXY ?? given.no_proxy ?? '')].join(',')
  return {
    HTTPS_PROXY: proxyUrl,
    https_proxy: proxyUrl,
    HTTP_PROXY: proxyUrl,
    http_proxy: proxyUrl,
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    // OpenSSL, and with it Python's ssl, Ruby, .NET on Linux; Go on Linux.
    SSL_CERT_FILE: trust.all,
    REQUESTS_CA_BUNDLE: trust.all,
    CURL_CA_BUNDLE: trust.all,
    PHP_INI_SCAN_DIR: phpFolders(trust.php, given.PHP_INI_SCAN_DIR),
    // Node.js and Bun add it to their own; Node.js 24 takes the proxy for fetch and node:http only when told to.
    NODE_EXTRA_CA_CERTS: trust.ours,
    NODE_USE_ENV_PROXY: '1',
    DENO_CERT: trust.ours,
  }
}

/** Exceptions that would send one of Kenar's hosts past the proxy are left out. */
function keptExceptions(list: string): string[] {
  return list
    .split(/[\s,]+/)
    .filter(
      (entry) =>
        entry !== '' && !LOOPBACK.includes(entry) && !KENAR_HOSTS.some((host) => covers(entry, host)),
    )
}

function covers(entry: string, host: string): boolean {
  const name = entry
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\*?\./, '')
  return name === '*' || name === '' || host === name || host.endsWith(`.${name}`)
}
