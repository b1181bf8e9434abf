import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { SAVED_MANIFEST } from '../../scripts/packages/saved-manifest.ts'

/** What `npm pack` and `npm publish` do in a package's folder, in a copy of the checkout: others run in this one. */

const run = promisify(execFile)
const CHECKOUT = join(import.meta.dirname, '../..')
const PACK_MS = 120_000

let folder: TemporaryFolder

beforeAll(async () => {
  folder = await temporaryFolder()
  const isSource = (path: string): boolean => !/node_modules|\/dist(\/|$)/.test(path.slice(CHECKOUT.length))
  for (const name of ['packages', 'scripts/packages']) {
    await mkdir(join(folder.path, name), { recursive: true })
    await cp(join(CHECKOUT, name), join(folder.path, name), { recursive: true, filter: isSource })
  }
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'LICENSE']) {
    await copyFile(join(CHECKOUT, name), join(folder.path, name))
  }
  await symlink(join(CHECKOUT, 'node_modules'), join(folder.path, 'node_modules'))
  for (const name of ['server', 'cli', 'web']) {
    const nested = join(CHECKOUT, 'packages', name, 'node_modules')
    if (existsSync(nested)) await symlink(nested, join(folder.path, 'packages', name, 'node_modules'))
  }
}, PACK_MS)
afterAll(() => folder?.[Symbol.asyncDispose]())

async function pack(name: string): Promise<{ files: string[]; manifest: Record<string, unknown> }> {
  const cwd = join(folder.path, 'packages', name)
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder.path], { cwd })
  // npm prints what prepack prints, too, before its JSON.
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [
    { filename: string; files: { path: string }[] },
  ]
  const tarball = join(folder.path, filename.replace('@', '').replace('/', '-'))
  const manifest = await run('tar', ['xzOf', tarball, 'package/package.json'])
  return { files: files.map(({ path }) => path), manifest: JSON.parse(manifest.stdout) }
}

test(
  'packing in a package’s folder builds JavaScript, and leaves the folder as it was',
  async () => {
    const cwd = join(folder.path, 'packages/protocol')
    const before = await readFile(join(cwd, 'package.json'), 'utf8')
    const { files, manifest } = await pack('protocol')
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'dist/events.js', 'dist/events.d.ts']),
    )
    expect(files.filter((path) => /(?<!\.d)\.ts$/.test(path))).toEqual([])
    expect(manifest.exports).toEqual({ './*': { types: './dist/*.d.ts', default: './dist/*.js' } })
    expect(await readFile(join(cwd, 'package.json'), 'utf8')).toBe(before)
    for (const name of ['dist', 'LICENSE', SAVED_MANIFEST]) expect(existsSync(join(cwd, name))).toBe(false)
  },
  PACK_MS,
)

test(
  'packing the pages builds them, and leaves what the checkout shows',
  async () => {
    const { files, manifest } = await pack('web')
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.html']))
    const assets = files.filter((path) => path.startsWith('dist/assets/'))
    for (const ending of ['.js', '.js.br', '.js.gz', '.css', '.css.br', '.woff2', '.svg']) {
      expect(
        assets.filter((path) => path.endsWith(ending)),
        ending,
      ).not.toEqual([])
    }
    expect(files.filter((path) => /\.tsx?$|^src\//.test(path))).toEqual([])
    expect(manifest.dependencies).toBeUndefined()
    expect(existsSync(join(folder.path, 'packages/web/dist/index.html'))).toBe(true)
  },
  PACK_MS,
)

test(
  'after a pack that was cut off the next one begins from the checkout’s manifest',
  async () => {
    const cwd = join(folder.path, 'packages/protocol')
    const before = await readFile(join(cwd, 'package.json'), 'utf8')
    const prepack = join(folder.path, 'scripts/packages/prepack.ts')
    await run(process.execPath, [prepack], { cwd })
    expect(await readFile(join(cwd, 'package.json'), 'utf8')).not.toBe(before)
    const { manifest } = await pack('protocol')
    expect(manifest.exports).toEqual({ './*': { types: './dist/*.d.ts', default: './dist/*.js' } })
    expect(await readFile(join(cwd, 'package.json'), 'utf8')).toBe(before)
  },
  PACK_MS,
)

test(
  'in another folder prepack says where it belongs, and changes nothing',
  async () => {
    const failure = await run(process.execPath, [join(folder.path, 'scripts/packages/prepack.ts')], {
      cwd: join(folder.path, 'scripts'),
    }).catch((error: Error & { stderr: string }) => error)
    expect(failure).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('runs in the folder of a published package'),
    })
  },
  PACK_MS,
)
