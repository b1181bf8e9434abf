import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Benchmark } from './benchmark.ts'
import { withLatest } from './performance-page.ts'

/** `npm run bench -- NAME`: runs one benchmark; its last line of output is one JSON object. */

const BENCHMARKS: Record<string, () => Promise<Benchmark>> = {
  send: () => import('./send.ts'),
  deliver: () => import('./deliver.ts'),
  fanout: () => import('./fanout.ts'),
  scale: () => import('./scale.ts'),
  nodes: () => import('./nodes.ts'),
  soak: () => import('./soak.ts'),
  footprint: () => import('./footprint.ts'),
  testbed: () => import('./testbed.ts'),
  pages: () => import('./pages.ts'),
}

const USAGE = `npm run bench -- NAME [--quick] [--minutes N] [--write]
  NAME       one of ${Object.keys(BENCHMARKS).join(', ')}
  --quick    fewer and shorter rounds
  --minutes  how long soak runs
  --write    puts the figures into docs/performance.md
`
const PAGE = join(import.meta.dirname, '../docs/performance.md')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const name = positionals[0]
const minutes = values.minutes === undefined ? undefined : Number(values.minutes)
const load = name === undefined ? undefined : BENCHMARKS[name]
if (load && (minutes === undefined || minutes > 0)) {
  const { run, bars } = await load()
  const summary = await run({ quick: values.quick, minutes })
  if (values.write) {
    await writeFile(PAGE, withLatest(await readFile(PAGE, 'utf8'), summary, bars, new Date()))
  }
  console.log(JSON.stringify(summary))
} else {
  const problem = load
    ? 'minutes must be a number above 0'
    : `there is no benchmark ${name ?? 'without a name'}`
  process.stderr.write(`${problem}\n${USAGE}`)
  process.exitCode = 2
}
