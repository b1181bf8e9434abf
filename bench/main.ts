/** `npm run bench -- NAME`: runs one benchmark; its last line of output is one JSON object. */

const BENCHMARKS: Record<string, () => Promise<{ run(): Promise<void> }>> = {
  send: () => import('./send.ts'),
}

const name = process.argv[2]
const load = name === undefined ? undefined : BENCHMARKS[name]
if (load) {
  const { run } = await load()
  await run()
} else {
  const names = Object.keys(BENCHMARKS).join(', ')
  process.stderr.write(
    `${name ? `there is no benchmark ${name}` : 'name a benchmark'}: npm run bench -- NAME, one of ${names}\n`,
  )
  process.exitCode = 2
}
