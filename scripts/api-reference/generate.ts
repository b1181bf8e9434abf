import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

// Why this script: what a class or a function of the SDK does is said once, where it stands. It is a package of its own
// for the compiler that TypeDoc reads types with, which is older than the one that checks this repository.

const TYPEDOC = join(import.meta.dirname, 'node_modules/typedoc/bin/typedoc')
const PAGES = join(import.meta.dirname, '../../docs/sdk')

const made = mkdtempSync(join(tmpdir(), 'charsu-api-reference-'))
try {
  const { status } = spawnSync(process.execPath, [TYPEDOC, '--out', made, '--logLevel', 'Warn'], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) process.exitCode = 1
  else if (process.argv.includes('--check')) check()
  else {
    rmSync(PAGES, { recursive: true, force: true })
    cpSync(made, PAGES, { recursive: true })
  }
} finally {
  rmSync(made, { recursive: true, force: true })
}

function check(): void {
  const names = new Set([...pagesIn(made), ...pagesIn(PAGES)])
  const stale = [...names].filter((name) => textOf(made, name) !== textOf(PAGES, name))
  if (stale.length === 0) console.log(`docs/sdk: ${names.size} pages are as the sources say`)
  else {
    console.error(
      `out of date in docs/sdk: ${stale.join(', ')}. Run node scripts/api-reference/generate.ts and commit it`,
    )
    process.exitCode = 1
  }
}

function pagesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}

function textOf(folder: string, name: string): string | undefined {
  return existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined
}
