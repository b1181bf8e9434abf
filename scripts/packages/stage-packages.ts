import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { publishedManifest } from './published-manifest.ts'

// Why this script: Node refuses TypeScript under node_modules, so what is published is JavaScript. It is built in a
// folder of its own: a checkout whose manifests change for a moment would break whatever runs in it meanwhile.

const run = promisify(execFile)

/** Published packages, each after those that it imports. */
export const PUBLISHED = ['protocol', 'sdk', 'web', 'server', 'cli'] as const

export type PublishedPackage = (typeof PUBLISHED)[number]

/** The folder of a staged package. */
export const stagedFolder = (stage: string, name: PublishedPackage): string => join(stage, 'packages', name)

/**
 * Builds packages as they are published, into `stage`, an empty folder: JavaScript and declarations in dist, or the
 * built pages, the published manifest, licence and README.
 * @param wanted these, and those that they import; all when absent.
 */
export async function stagePackages(
  checkout: string,
  stage: string,
  wanted: PublishedPackage = 'cli',
): Promise<void> {
  await linkDependencies(checkout, stage)
  for (const file of ['tsconfig.json', 'tsconfig.build.json'])
    await cp(join(checkout, file), join(stage, file))
  for (const name of neededFor(wanted)) {
    const from = join(checkout, 'packages', name)
    await (name === 'web' ? stagePages : stagePackage)(from, stagedFolder(stage, name))
    await cp(join(checkout, 'LICENSE'), join(stagedFolder(stage, name), 'LICENSE'))
  }
}

const neededFor = (wanted: PublishedPackage): PublishedPackage[] =>
  ({
    protocol: ['protocol'] as PublishedPackage[],
    sdk: ['protocol', 'sdk'] as PublishedPackage[],
    // It brings all that it is made of.
    web: ['web'] as PublishedPackage[],
    server: ['protocol', 'server'] as PublishedPackage[],
    cli: [...PUBLISHED],
  })[wanted]

/** What the compiler needs to know types from, with our own packages as they are staged. */
async function linkDependencies(checkout: string, stage: string): Promise<void> {
  const modules = join(stage, 'node_modules')
  await mkdir(join(modules, '@charsu'), { recursive: true })
  for (const name of readdirSync(join(checkout, 'node_modules'))) {
    if (name !== '@charsu') await symlink(join(checkout, 'node_modules', name), join(modules, name))
  }
  for (const name of PUBLISHED) {
    await symlink(stagedFolder(stage, name), join(modules, '@charsu', name))
  }
}

const LEFT_OUT = /^(dist|node_modules|testing)$|^src\/.*\.test\.ts$/

async function stagePackage(from: string, to: string): Promise<void> {
  const isLeftOut = (path: string): boolean => LEFT_OUT.test(relative(from, path).replaceAll(sep, '/'))
  await cp(from, to, { recursive: true, filter: (path) => !isLeftOut(path) })
  if (existsSync(join(from, 'node_modules'))) {
    await symlink(join(from, 'node_modules'), join(to, 'node_modules'))
  }
  await compile(to)
  await copyAssets(to)
  await writeManifest(from, to)
  for (const name of ['src', 'tsconfig.build.json', 'node_modules'])
    await rm(join(to, name), { recursive: true, force: true })
}

/** The pages are files for browsers, and nothing that is imported: Vite makes them, from the checkout as it is. */
async function stagePages(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  await cp(join(from, 'README.md'), join(to, 'README.md'))
  const vite = join(from, '../../node_modules/vite/bin/vite.js')
  const words = ['build', '--outDir', join(to, 'dist'), '--emptyOutDir', '--logLevel', 'error']
  try {
    await run(process.execPath, [vite, ...words], {
      cwd: from,
      env: { ...process.env, NODE_ENV: 'production' },
    })
  } catch (error) {
    throw new Error(`${from} does not build:\n${(error as { stderr: string }).stderr}`)
  }
  await writeManifest(from, to)
}

async function writeManifest(from: string, to: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(from, 'package.json'), 'utf8'))
  await writeFile(join(to, 'package.json'), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`)
}

async function compile(folder: string): Promise<void> {
  const tsc = join(folder, '../../node_modules/typescript/bin/tsc')
  try {
    // Types are checked before a change lands; whoever makes an app should not wait for it again.
    await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--noCheck'], { cwd: folder })
  } catch (error) {
    throw new Error(`${folder} does not compile:\n${(error as { stdout: string }).stdout}`)
  }
}

/** What the sources read beside modules, such as migrations. */
async function copyAssets(folder: string): Promise<void> {
  const source = join(folder, 'src')
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && !entry.name.endsWith('.ts'))
      await cp(path, join(folder, 'dist', relative(source, path)))
  }
  // The compiler rewrites specifiers of JavaScript alone; older compilers do not follow .ts from a declaration.
  for (const entry of readdirSync(join(folder, 'dist'), { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.d.ts')) continue
    const path = join(entry.parentPath, entry.name)
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace(/((?:from|import\() ?['"])(\.{1,2}\/[^'"]+)\.ts(?=['"])/g, '$1$2.js'))
  }
}
