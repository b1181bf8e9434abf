import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Snippet } from './find-snippets.ts'

const run = promisify(execFile)
const RUN_LIMIT_MS = 30_000

/**
 * What is wrong with TypeScript snippets, as `file:line: message`: each is compiled as a module of its own, and those
 * marked `run` are run to their end.
 */
export async function compileSnippets(checkout: string, snippets: readonly Snippet[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'charsu-snippets-'))
  try {
    await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'))
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig(checkout)))
    const byFile = new Map(snippets.map((snippet, i) => [`snippet-${i}.ts`, snippet]))
    for (const [name, { text }] of byFile) await writeFile(join(folder, name), `${text}export {}\n`)
    const faults = await compilerFaults(folder, byFile)
    if (faults.length > 0) return faults
    for (const [name, snippet] of byFile) {
      if (snippet.marks.includes('run')) faults.push(...(await runFaults(folder, name, snippet)))
    }
    return faults
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const tsconfig = (checkout: string) => ({
  extends: join(checkout, 'tsconfig.json'),
  // A snippet shows what is made, and need not use it.
  compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, typeRoots: ['node_modules/@types'] },
  include: ['*.ts'],
})

async function compilerFaults(folder: string, byFile: ReadonlyMap<string, Snippet>): Promise<string[]> {
  try {
    await run(
      process.execPath,
      [join(folder, 'node_modules/typescript/bin/tsc'), '--noEmit', '--pretty', 'false'],
      {
        cwd: folder,
      },
    )
    return []
  } catch (error) {
    const { stdout } = error as { stdout: string }
    return stdout
      .trim()
      .split('\n')
      .map((line) => withPlace(line, byFile))
  }
}

/** `snippet-3.ts(2,7): error …` is the page's own line. */
function withPlace(complaint: string, byFile: ReadonlyMap<string, Snippet>): string {
  const [, name = '', line = '', rest = ''] = /^(snippet-\d+\.ts)\((\d+),\d+\): (.*)$/.exec(complaint) ?? []
  const snippet = byFile.get(name)
  return snippet ? `${snippet.file}:${snippet.line + Number(line) - 1}: ${rest}` : complaint
}

async function runFaults(folder: string, name: string, { file, line }: Snippet): Promise<string[]> {
  try {
    await run(process.execPath, [join(folder, name)], { cwd: folder, timeout: RUN_LIMIT_MS })
    return []
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    return [`${file}:${line}: does not run: ${stderr || message}`]
  }
}
