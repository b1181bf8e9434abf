import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { describedProgram } from '../described-program.ts'
import { type Commands, commandFaults } from './command-faults.ts'
import { compileSnippets } from './compile-snippets.ts'
import { findExamples, findSnippets, type Snippet } from './find-snippets.ts'

// Why this script: people copy what a page shows. Every TypeScript snippet of the pages and of the SDK's doc comments is
// compiled, those marked "run" are run, JSON is parsed, and command lines name commands and options that exist.

const CHECKOUT = join(import.meta.dirname, '../..')
const PAGES =
  /^(README|CONTRIBUTING|docs\/.*|examples\/[^/]+\/README|packages\/[^/]+\/(README|templates\/.*))\.md$/
/** Written by TypeDoc from doc comments, which are looked at where they stand. */
const GENERATED = /^docs\/sdk\//
const SOURCES = /^packages\/(sdk|protocol)\/src\/.*(?<!\.test)\.ts$/

function collect(): Snippet[] {
  const files = readdirSync(CHECKOUT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(CHECKOUT, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .filter((file) => !file.includes('node_modules/'))
    .sort()
  const read = (file: string): string => readFileSync(join(CHECKOUT, file), 'utf8')
  return [
    ...files
      .filter((file) => PAGES.test(file) && !GENERATED.test(file))
      .flatMap((file) => findSnippets(file, read(file))),
    ...files.filter((file) => SOURCES.test(file)).flatMap((file) => findExamples(file, read(file))),
  ]
}

function commands(): Commands {
  const scriptsOf = (file: string): string[] =>
    Object.keys(JSON.parse(readFileSync(join(CHECKOUT, file), 'utf8')).scripts)
  const charsu = describedProgram(80)
  // Those of an app that create-app makes, beside the checkout's own.
  return { charsu, npmScripts: new Set([...scriptsOf('package.json'), 'dev', 'start', 'test', 'types']) }
}

function jsonFault({ file, line, text }: Snippet): string[] {
  try {
    JSON.parse(text)
    return []
  } catch (error) {
    return [`${file}:${line}: is not JSON: ${(error as Error).message}; write jsonc for a sketch`]
  }
}

const snippets = collect()
const of = (...languages: string[]): Snippet[] =>
  snippets.filter(({ language }) => languages.includes(language))
const known = commands()
const faults = [
  ...of('json').flatMap(jsonFault),
  ...of('sh', 'bash').flatMap((snippet) => commandFaults(known, snippet)),
  ...(await compileSnippets(CHECKOUT, of('ts', 'typescript'))),
]
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
else {
  const run = of('ts', 'typescript').filter(({ marks }) => marks.includes('run')).length
  console.log(
    `snippets: ${of('ts', 'typescript').length} of TypeScript compile, ${run} of them run, ${of('json').length} of JSON parse, ${of('sh', 'bash').length} of the shell name what exists`,
  )
}
