import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import { expect, test } from 'vitest'
import { makeAuthority, VALID_MS } from './certificate-authority.ts'
import { KENAR_HOSTS } from './kenar-hosts.ts'
import { nameConstraints } from './name-constraints.ts'

const now = Date.now()
const made = await makeAuthority(KENAR_HOSTS, now)

/** What a client that trusts `ca` alone finds wrong with `server` under this name; null when nothing. */
async function complaint(
  server: { key: string; cert: string },
  ca: string,
  servername: string,
): Promise<string | null> {
  const listening = createServer(server).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  const socket = connect({ host: '127.0.0.1', port, ca: [ca], servername })
  const error = await new Promise<Error | null>((resolve) => {
    socket.once('secureConnect', () => resolve(null))
    socket.once('error', resolve)
  })
  socket.destroy()
  listening.close()
  return error && `${(error as NodeJS.ErrnoException).code}: ${error.message}`
}

test.each(KENAR_HOSTS)('who trusts the authority trusts %s', async (host) => {
  expect(await complaint(made.server, made.certificate, host)).toBeNull()
})

test.each(['divar.ir', 'example.com', 'x.api.divar.ir', 'localhost'])(
  'the certificate is not valid for %s',
  async (name) => {
    expect(await complaint(made.server, made.certificate, name)).toContain('ERR_TLS_CERT_ALTNAME_INVALID')
  },
)

test('it names exactly the five hosts, for a week, and no key of another kind', () => {
  const [authority, server] = [made.certificate, made.server.cert].map((pem) => new X509Certificate(pem))
  expect(server?.subjectAltName).toBe(KENAR_HOSTS.map((host) => `DNS:${host}`).join(', '))
  expect(authority?.ca).toBe(true)
  expect(server?.ca).toBe(false)
  for (const certificate of [authority, server]) {
    expect(certificate?.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
    expect(certificate?.validToDate.getTime()).toBeLessThanOrEqual(now + VALID_MS)
    expect(certificate?.validFromDate.getTime()).toBeLessThan(now)
  }
})

test('each is another', async () => {
  const other = await makeAuthority(KENAR_HOSTS, now)
  expect(other.serverKeyHash).not.toBe(made.serverKeyHash)
  expect(await complaint(other.server, made.certificate, 'api.divar.ir')).not.toBeNull()
})

test('the hash of its key is the one that browsers compute', async () => {
  const key = new X509Certificate(made.server.cert).publicKey.export({ type: 'spki', format: 'der' })
  const hash = await crypto.subtle.digest('SHA-256', Uint8Array.from(key))
  expect(made.serverKeyHash).toBe(Buffer.from(hash).toString('base64'))
})

test('an authority with these constraints cannot vouch for any other host, even by its own key', async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
  const [ca, leaf] = await Promise.all(
    [0, 1].map(() => crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])),
  )
  if (!ca || !leaf) throw new Error('two pairs of keys were asked for')
  // Not before the module that loads what it needs.
  const { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator } =
    await import('@peculiar/x509')
  const root = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=constrained',
    keys: ca,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, 0, true), nameConstraints(['one.test', 'two.test'])],
  })
  const key = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(await crypto.subtle.exportKey('pkcs8', leaf.privateKey)).toString('base64')}\n-----END PRIVATE KEY-----`
  const serverOf = async (type: 'dns' | 'ip', value: string) => {
    const certificate = await X509CertificateGenerator.create({
      subject: 'CN=leaf',
      issuer: root.subject,
      publicKey: leaf.publicKey,
      signingKey: ca.privateKey,
      signingAlgorithm: algorithm,
      extensions: [new SubjectAlternativeNameExtension([{ type, value }])],
    })
    return { key, cert: certificate.toString('pem') }
  }
  const trusted = root.toString('pem')
  expect(await complaint(await serverOf('dns', 'two.test'), trusted, 'two.test')).toBeNull()
  expect(await complaint(await serverOf('dns', 'three.test'), trusted, 'three.test')).toMatch(/subtree/)
  expect(await complaint(await serverOf('ip', '127.0.0.1'), trusted, '127.0.0.1')).toMatch(/subtree/)
})
