import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { findImports } from './find-imports.ts'
import { type Fault, judgeFile, judgeImport } from './import-rules.ts'

// Why this script: rooms that import only what lies below them cannot form circles, can be read from the bottom
// up, and can be moved out. A rule that nobody checks is broken within a week.

const ROOTS = ['packages', 'examples', 'e2e', 'bench', 'scripts']
const NOT_OURS = new Set(['node_modules', 'dist', '.charsu'])

/** Everything under `root` that breaks a rule of import-rules.ts, by file and line. */
export function checkImports(root: string): Fault[] {
  return sources(root).flatMap((file) => [
    ...judgeFile(file).map((complaint) => ({ file, line: 1, ...complaint })),
    ...faultyImports(file, readFileSync(join(root, file), 'utf8')),
  ])
}

function faultyImports(file: string, source: string): Fault[] {
  const faults: Fault[] = []
  for (const found of findImports(source)) {
    const { line, specifier } = found
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined
    const complaint = judgeImport(file, found, target)
    if (complaint) faults.push({ file, line, ...complaint })
  }
  return faults
}

function sources(root: string): string[] {
  const walk = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : walk(path)
      return /\.tsx?$/.test(entry.name) ? [path] : []
    })
  const present = new Set(readdirSync(root))
  return ROOTS.filter((name) => present.has(name))
    .flatMap(walk)
    .sort()
}

if (import.meta.main) {
  const faults = checkImports(join(import.meta.dirname, '..'))
  for (const { file, line, rule, fix } of faults) console.error(`${file}:${line}: ${rule}\n    ${fix}`)
  console.log(faults.length === 0 ? 'imports: every room keeps its rank' : `imports: ${faults.length} wrong`)
  process.exitCode = faults.length === 0 ? 0 : 1
}
