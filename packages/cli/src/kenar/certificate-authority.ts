// The certificate library finds its parts by metadata.
import 'reflect-metadata'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { nameConstraints } from './name-constraints.ts'

export interface ThrowAwayAuthority {
  /** The authority's certificate in PEM: what an app has to trust. */
  certificate: string
  /** What a TLS server of these hosts presents; the key exists in this object alone. */
  server: { key: string; cert: string }
  /** SHA-256 of the server's public key in base64, as Chromium's list of excepted keys has it. */
  serverKeyHash: string
  /** Milliseconds since 1970; nothing that it signed holds any longer. */
  expiresAt: number
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 24 * 3_600_000
/** Longer than anybody leaves an app running without starting it again. */
export const VALID_MS = 7 * DAY_MS
/** Clocks of containers and virtual machines are a little behind. */
const BEFORE_MS = 3_600_000

/**
 * Makes a certificate authority for exactly these hosts, and one certificate that it signed. The authority is bound to
 * the hosts by its name constraints, and its own key is dropped here: nobody can sign with it any more, whoever may
 * read the certificate.
 */
export async function makeAuthority(hosts: readonly string[], now: number): Promise<ThrowAwayAuthority> {
  const usages: KeyUsage[] = ['sign', 'verify']
  const [authorityKeys, serverKeys] = await Promise.all([
    crypto.subtle.generateKey(ALGORITHM, false, usages),
    crypto.subtle.generateKey(ALGORITHM, true, usages),
  ])
  const expiresAt = now + VALID_MS
  const validity = { notBefore: new Date(now - BEFORE_MS), notAfter: new Date(expiresAt) }
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: 'CN=Charsu development authority, O=Charsu on this machine only',
    keys: authorityKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      nameConstraints(hosts),
      await SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  })
  const server = await X509CertificateGenerator.create({
    ...validity,
    subject: 'CN=Charsu in place of Kenar',
    issuer: authority.subject,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns' as const, value }))),
      await SubjectKeyIdentifierExtension.create(serverKeys.publicKey),
      await AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  })
  const publicKey = await crypto.subtle.exportKey('spki', serverKeys.publicKey)
  return {
    certificate: `${authority.toString('pem')}\n`,
    server: { key: await privatePem(serverKeys.privateKey), cert: `${server.toString('pem')}\n` },
    serverKeyHash: Buffer.from(await crypto.subtle.digest('SHA-256', publicKey)).toString('base64'),
    expiresAt,
  }
}

type KeyUsage = Parameters<typeof crypto.subtle.generateKey>[2][number]

async function privatePem(key: Parameters<typeof crypto.subtle.exportKey>[1]): Promise<string> {
  const lines = Buffer.from(await crypto.subtle.exportKey('pkcs8', key))
    .toString('base64')
    .match(/.{1,64}/g)
  return ['-----BEGIN PRIVATE KEY-----', ...(lines ?? []), '-----END PRIVATE KEY-----', ''].join('\n')
}
