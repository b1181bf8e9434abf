import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { expect, test } from 'vitest'
import { makeAuthority } from './certificate-authority.ts'
import { KENAR_HOSTS } from './kenar-hosts.ts'
import { writeTrustFiles } from './trust-files.ts'

const ours = await makeAuthority(KENAR_HOSTS, Date.now())
const theirs = await makeAuthority(['company.test'], Date.now())

const certificatesIn = async (path: string): Promise<string[]> =>
  (await readFile(path, 'utf8')).match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []

test('one file holds our authority alone, the other all that is trusted here as well', async () => {
  await using files = await writeTrustFiles(ours.certificate, {})
  expect(await certificatesIn(files.ours)).toEqual([ours.certificate.trim()])
  const all = await certificatesIn(files.all)
  expect(all).toEqual(
    expect.arrayContaining([...rootCertificates, ours.certificate].map((pem) => pem.trim())),
  )
  expect(new Set(all).size).toBe(all.length)
})

test('authorities that the developer named already stay trusted', async () => {
  await using first = await writeTrustFiles(theirs.certificate, {})
  await using files = await writeTrustFiles(ours.certificate, {
    NODE_EXTRA_CA_CERTS: first.ours,
    REQUESTS_CA_BUNDLE: '/nowhere/at/all.pem',
  })
  expect(await certificatesIn(files.ours)).toEqual(
    [ours, theirs].map(({ certificate }) => certificate.trim()),
  )
  expect(await certificatesIn(files.all)).toContain(theirs.certificate.trim())
})

test('no key is ever on disk, and nobody else may read what is', async () => {
  await using files = await writeTrustFiles(ours.certificate, {})
  expect((await stat(files.folder)).mode & 0o777).toBe(0o700)
  const names = await readdir(files.folder)
  expect(names.toSorted()).toEqual(['all.pem', 'charsu.ini', 'charsu.pem'])
  const secret = ours.server.key.split('\n')[1] ?? ''
  expect(secret).toMatch(/\S{40}/)
  for (const name of names) {
    const path = join(files.folder, name)
    const text = await readFile(path, 'utf8')
    expect(text).not.toContain('PRIVATE KEY')
    expect(text).not.toContain(secret)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  }
})

test('the folder is gone at the end, with all that somebody put there', async () => {
  const files = await writeTrustFiles(ours.certificate, {})
  await writeFile(join(files.folder, 'more'), 'x')
  await files.remove()
  await expect(stat(files.folder)).rejects.toThrow('ENOENT')
  await files.remove()
})
