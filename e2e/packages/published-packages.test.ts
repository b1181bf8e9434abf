import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Miniflare } from 'miniflare'
import { publint } from 'publint'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProgram } from '../../examples/visit-planner/demo/child-process.ts'
import { freePort } from '../../examples/visit-planner/demo/free-port.ts'
import { type TemporaryFolder, temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { createTestDatabase } from '../../packages/server/testing/test-database.ts'
import { packPackages } from '../../scripts/packages/pack-packages.ts'
import { PUBLISHED, type PublishedPackage } from '../../scripts/packages/stage-packages.ts'
import { startRuntimeServer } from './runtime-server.ts'
import { STORY } from './runtime-story.ts'

/** The packages as they are published: packed once, installed into an empty folder, used from there alone. */

const run = promisify(execFile)
const CHECKOUT = join(import.meta.dirname, '../..')
const PACK_AND_INSTALL_MS = 300_000
const KEPT = Object.fromEntries(Object.keys(STORY).map((name) => [name, null]))

let folder: TemporaryFolder
let tarballs: Record<PublishedPackage, string>
let server: Awaited<ReturnType<typeof startRuntimeServer>>

const installed = (...path: string[]): string => join(folder.path, 'app', ...path)

beforeAll(async () => {
  folder = await temporaryFolder()
  tarballs = await packPackages(CHECKOUT, join(folder.path, 'tarballs'))
  await mkdir(installed())
  await writeFile(installed('package.json'), '{"private": true, "type": "module"}')
  const words = ['install', '--prefer-offline', '--no-audit', '--no-fund', ...Object.values(tarballs)]
  await run('npm', words, { cwd: installed() })
  for (const name of ['runtime-story.ts', 'runtime-main.ts', 'runtime-worker.ts']) {
    await cp(join(import.meta.dirname, name), installed(name))
  }
  server = await startRuntimeServer()
}, PACK_AND_INSTALL_MS)

afterAll(async () => {
  await server?.close()
  await folder?.[Symbol.asyncDispose]()
})

describe.each(PUBLISHED)('the package %s', (name) => {
  test('has nothing that publint complains about', async () => {
    const { messages } = await publint({
      pkgDir: installed('node_modules/@charsu', name),
      level: 'suggestion',
      pack: false,
    })
    expect(messages).toEqual([])
  })

  test('holds what is built, its README and its licence, and no source, test or file of the checkout', async () => {
    const files = await readdir(installed('node_modules/@charsu', name), { recursive: true })
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'package.json']))
    const own = files.filter((file) => !file.startsWith('node_modules') && !file.startsWith('templates'))
    expect(own.filter((file) => /(?<!\.d)\.ts$|\.test\.|zz-/.test(file))).toEqual([])
  })
})

/** Entries of packages that export every file: are-the-types-wrong looks at none by itself. */
const SOME_ENTRIES = { protocol: ['scopes', 'webhook-signature'], sdk: [], server: ['server', 'config'] }

describe.each(['protocol', 'sdk', 'server'] as const)('the package %s, which is imported', (name) => {
  test('has types that ES modules and bundlers find', async () => {
    const attw = join(CHECKOUT, 'node_modules/@arethetypeswrong/cli/dist/index.js')
    const entries = SOME_ENTRIES[name].length > 0 ? ['--entrypoints', ...SOME_ENTRIES[name]] : []
    const words = [attw, tarballs[name], '--profile', 'esm-only', '--format', 'json', ...entries]
    const { stdout } = await run(process.execPath, words, { maxBuffer: 64 * 1024 * 1024 })
    const { analysis } = JSON.parse(stdout) as {
      analysis: { entrypoints: Record<string, unknown>; problems: { resolutionKind?: string }[] }
    }
    expect(Object.keys(analysis.entrypoints).length).toBeGreaterThan(1)
    // There is no CommonJS to find; the profile leaves these two out of its verdict, but not of its list.
    const NOT_CLAIMED = ['node10', 'node16-cjs']
    expect(
      analysis.problems.filter(({ resolutionKind = '' }) => !NOT_CLAIMED.includes(resolutionKind)),
    ).toEqual([])
  })
})

describe('the SDK, as it is published, keeps its promises', () => {
  const told = async (program: string, words: string[]): Promise<unknown> => {
    const { stdout } = await run(program, [...words, server.origin], { cwd: installed() })
    return JSON.parse(stdout)
  }

  test('on Node.js', async () => {
    expect(await told(process.execPath, ['runtime-main.ts'])).toEqual(KEPT)
  })

  test('on Deno', async () => {
    const flags = ['run', '--quiet', '--no-config', '--node-modules-dir=manual', '--allow-net=127.0.0.1']
    const deno = join(CHECKOUT, 'node_modules/.bin/deno')
    expect(await told(deno, [...flags, '--sloppy-imports', 'runtime-main.ts'])).toEqual(KEPT)
  })

  test('on Bun', async () => {
    expect(await told(join(CHECKOUT, 'node_modules/.bin/bun'), ['runtime-main.ts'])).toEqual(KEPT)
  })

  test('on a workers runtime', async () => {
    const bundle = await rolldown({ input: installed('runtime-worker.ts'), platform: 'browser' })
    const { output } = await bundle.generate({ format: 'esm', codeSplitting: false })
    const worker = new Miniflare({
      modules: true,
      script: output[0].code,
      compatibilityDate: '2026-01-01',
    })
    try {
      const answer = await worker.dispatchFetch(
        `http://worker.test/?origin=${encodeURIComponent(server.origin)}`,
      )
      expect(await answer.json()).toEqual(KEPT)
    } finally {
      await worker.dispose()
    }
  })
})

describe('the command, as it is published', () => {
  const charsu = (words: string[], env: Record<string, string> = {}) =>
    run(process.execPath, [installed('node_modules/@charsu/cli/bin/charsu.js'), ...words], {
      cwd: installed(),
      env: { ...process.env, ...env },
    })

  test('prints the version of its package', async () => {
    const { stdout } = await charsu(['--version'])
    expect(stdout).toBe('0.1.0\n')
  })

  test('makes an app, whose packages come from the registry', async () => {
    await charsu(['create-app', 'made', '--no-install'])
    const { default: manifest } = await import(installed('made/package.json'), { with: { type: 'json' } })
    expect(manifest.dependencies['@charsu/sdk']).toBe('^0.1.0')
    await rm(installed('made'), { recursive: true })
  })

  test('brings an empty database to its newest state', async () => {
    await using database = await createTestDatabase({ empty: true, max: 1 })
    await charsu(['migrate'], { DATABASE_URL: database.url })
    const { rows } = await database.pool.query('select count(*)::int as posts from posts')
    expect(rows).toEqual([{ posts: 0 }])
  })

  test('shows the pages, which came with it', async () => {
    await using database = await createTestDatabase({ empty: true, max: 2 })
    const port = await freePort()
    const start = `process.argv.push('start')\nawait import('./node_modules/@charsu/cli/bin/charsu.js')\n`
    await writeFile(installed('start.js'), start)
    const program = await startProgram({
      name: 'Charsu',
      script: installed('start.js'),
      env: { PATH: process.env.PATH ?? '', DATABASE_URL: database.url, CHARSU_PORT: String(port) },
      readyLine: /Stop: Ctrl\+C/,
      onLine: () => {},
    })
    try {
      const page = await (await fetch(`http://localhost:${port}/`)).text()
      expect(page).toContain('<div id="root"></div>')
      const [, script = ''] = /<script type="module"[^>]* src="([^"]+)"/.exec(page) ?? []
      const asset = await fetch(`http://localhost:${port}${script}`, { headers: { 'accept-encoding': 'br' } })
      expect([asset.status, asset.headers.get('content-encoding')]).toEqual([200, 'br'])
      await asset.body?.cancel()
    } finally {
      await program.stop()
    }
  })
})
