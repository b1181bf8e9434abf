import { chmod, mkdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { closedFolder, makeFolder } from './reachable-folder.ts'

const NOBODY = { uid: 65_534, gid: 65_534 }

const permissions = async (path: string): Promise<number> => (await stat(path)).mode & 0o777

test('what is made for another user can be entered by that user, and listed by none', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'deep/postgres')
  await makeFolder(path, NOBODY)
  expect(await permissions(path)).toBe(0o711)
  expect(await permissions(join(folder.path, 'deep'))).toBe(0o711)
})

test("folders of Charsu's own home are opened, though uploads had been kept there first, closed", async () => {
  await using folder = await temporaryFolder()
  await chmod(folder.path, 0o755)
  const home = join(folder.path, 'home')
  const path = join(home, 'shop/postgres-18')
  await mkdir(join(path, 'media'), { recursive: true, mode: 0o700 })
  expect(await closedFolder(path, NOBODY)).not.toBeNull()
  await makeFolder(path, NOBODY, home)
  expect(await closedFolder(path, NOBODY)).toBe(await closedFolder(folder.path, NOBODY))
  expect(await permissions(home)).toBe(0o711)
  expect(await permissions(join(path, 'media')), 'the uploads stay closed').toBe(0o700)
})

test('folders of others keep their permissions', async () => {
  await using folder = await temporaryFolder()
  const others = join(folder.path, 'others')
  await mkdir(others, { mode: 0o700 })
  await makeFolder(join(others, 'postgres'), NOBODY, join(folder.path, 'other'))
  expect(await permissions(others)).toBe(0o700)
  expect(await permissions(join(others, 'postgres'))).toBe(0o711)
})

test('nothing is opened where a link leads, be it within the home or the home itself', async () => {
  await using folder = await temporaryFolder()
  const secret = join(folder.path, 'secret')
  await mkdir(join(secret, 'postgres'), { recursive: true, mode: 0o700 })
  const linkedHome = join(folder.path, 'linked')
  await symlink(secret, linkedHome)
  await makeFolder(join(linkedHome, 'postgres'), NOBODY, linkedHome)
  expect(await permissions(join(secret, 'postgres'))).toBe(0o700)
  const home = join(folder.path, 'home')
  await mkdir(home, { mode: 0o700 })
  await symlink(secret, join(home, 'shop'))
  await makeFolder(join(home, 'shop'), NOBODY, home)
  expect(await permissions(secret)).toBe(0o700)
})
