import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { getCACertificates, rootCertificates } from 'node:tls'

export interface TrustFiles extends AsyncDisposable {
  folder: string
  /** Our authority alone, for programs that add to what they trust. */
  ours: string
  /** All that this machine trusts, and our authority: for programs that trust one file and nothing else. */
  all: string
  /** A folder with settings for PHP. */
  php: string
  remove(): Promise<void>
}

type Environment = Readonly<Record<string, string | undefined>>

/** Variables by which a developer may have named authorities of their own, which the app goes on trusting. */
const NAMED_BY = ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS', 'DENO_CERT']

/**
 * Writes certificates, and no key, into a new folder that only this user may read.
 * @param certificate of our authority, in PEM.
 */
export async function writeTrustFiles(certificate: string, env: Environment): Promise<TrustFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'charsu-kenar-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 })
  const files = { ours: join(folder, 'charsu.pem'), all: join(folder, 'all.pem'), php: folder }
  try {
    const theirs = await theirCertificates(env)
    const all = new Set(
      [...rootCertificates, ...systemCertificates(), ...theirs.all].map((pem) => pem.trim()),
    )
    // Ours first: tools such as Java's read no further.
    await writeFile(files.ours, [certificate, ...theirs.extra].map(line).join(''), { mode: 0o600 })
    await writeFile(files.all, [...all, certificate].map(line).join(''), { mode: 0o600 })
    await writeFile(join(folder, 'charsu.ini'), phpSettings(files.all), { mode: 0o600 })
  } catch (error) {
    await remove()
    throw error
  }
  return { folder, ...files, remove, [Symbol.asyncDispose]: remove }
}

const line = (pem: string): string => `${pem.trim()}\n`

const phpSettings = (path: string): string =>
  ['openssl.cafile', 'curl.cainfo'].map((name) => `${name} = ${JSON.stringify(path)}\n`).join('')

/** What PHP reads its settings from besides its own folder. */
export const phpFolders = (folder: string, given: string | undefined): string =>
  [given ?? '', folder].join(delimiter)

/** Those of the system's own store, where Node.js gets at it; its absence is no reason not to start. */
function systemCertificates(): string[] {
  try {
    return getCACertificates('system')
  } catch {
    return []
  }
}

async function theirCertificates(env: Environment): Promise<{ all: string[]; extra: string[] }> {
  const read = async (name: string): Promise<string[]> => {
    const path = env[name]
    // A file that cannot be read was of no use to the app before.
    const text = path ? await readFile(path, 'utf8').catch(() => '') : ''
    return text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  }
  const lists = await Promise.all(NAMED_BY.map(read))
  return { all: lists.flat(), extra: await read('NODE_EXTRA_CA_CERTS') }
}
