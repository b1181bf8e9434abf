import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SELF_SIGNED_CERTIFICATE, SELF_SIGNED_KEY } from '../../testing/self-signed-certificate.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { ConfigError } from '../config.ts'
import { readAuthorities } from './authorities.ts'

async function read(content: string): Promise<string[]> {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'authorities.pem')
  await writeFile(path, content)
  return await readAuthorities(path)
}

test('no file means no more authorities', async () => {
  expect(await readAuthorities(null)).toEqual([])
})

test('a file may hold several certificates, and words between them', async () => {
  const found = await read(`# ours\n${SELF_SIGNED_CERTIFICATE}\n\nthe other\r\n${SELF_SIGNED_CERTIFICATE}\n`)
  expect(found.map((pem) => pem.trim())).toEqual([SELF_SIGNED_CERTIFICATE, SELF_SIGNED_CERTIFICATE])
})

test.each([
  ['is empty', '', 'holds no certificate'],
  ['is no PEM', '\u0000\u0001DER', 'holds no certificate'],
  ['holds a key alone', SELF_SIGNED_KEY, 'holds no certificate'],
  [
    'holds a broken certificate',
    `${SELF_SIGNED_CERTIFICATE}\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n`,
    'certificate 2 of 2 is broken',
  ],
])('a file that %s is a fault of the configuration, which names it', async (_what, content, words) => {
  const error = await read(content).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ConfigError)
  expect((error as Error).message).toContain('CHARSU_EGRESS_CA')
  expect((error as Error).message).toContain('authorities.pem')
  expect((error as Error).message).toContain(words)
})

test('a file that is not there, and a folder, cannot be read', async () => {
  await using folder = await temporaryFolder()
  for (const path of [join(folder.path, 'missing.pem'), folder.path]) {
    await expect(readAuthorities(path)).rejects.toThrow(/CHARSU_EGRESS_CA names ".*", which cannot be read/)
  }
})
