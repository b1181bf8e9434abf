import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ConfigError } from '../config.ts'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/**
 * Reads the certificate authorities that are trusted beside the public ones.
 * @param path of a PEM file with one or more certificates; null for none.
 * @returns each certificate in PEM.
 * @throws ConfigError when the file cannot be read, holds no certificate, or one that is broken.
 */
export async function readAuthorities(path: string | null): Promise<string[]> {
  if (path === null) return []
  const fault = (what: string, cause?: unknown) => new ConfigError([`CHARSU_EGRESS_CA ${what}`], { cause })
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw fault(`names ${JSON.stringify(path)}, which cannot be read: ${cause.message}`, cause)
  })
  const certificates = text.match(CERTIFICATE) ?? []
  if (certificates.length === 0) {
    throw fault(
      `names ${JSON.stringify(path)}, which holds no certificate: it must be a PEM file with -----BEGIN CERTIFICATE-----`,
    )
  }
  return certificates.map((certificate, i) => {
    try {
      return new X509Certificate(certificate).toString()
    } catch (cause) {
      const which = `certificate ${i + 1} of ${certificates.length}`
      throw fault(`names ${JSON.stringify(path)}, whose ${which} is broken`, cause)
    }
  })
}
