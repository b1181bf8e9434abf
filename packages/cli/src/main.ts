import { constants } from 'node:os'
import type { Io } from './io.ts'
import { runProgram } from './program.ts'

const ending = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // Who asks twice does not want to wait; what a command started ends by itself when this process is gone.
    if (ending.signal.aborted) process.exit(128 + constants.signals[name])
    ending.abort(name)
  })
}
// `charsu listen | head`: nobody reads on, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const isTerminal = process.stdout.isTTY === true
const io: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  cwd: process.cwd(),
  isTerminal,
  showsProgress: process.stderr.isTTY === true,
  colour: isTerminal && !process.env.NO_COLOR,
  columns: process.stdout.columns ?? 80,
  signal: ending.signal,
  node: process.execPath,
  pid: process.pid,
  uid: process.getuid?.(),
  fetch: (input, init) => fetch(input, init),
}
process.exitCode = await runProgram(io, process.argv.slice(2))
