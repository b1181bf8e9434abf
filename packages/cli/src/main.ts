import { constants } from 'node:os'
import { PARENT_MARK, watchParent } from '@charsu/server/processes/watch-parent'
import type { Io } from './io.ts'
import { runProgram } from './program.ts'

/** One Ctrl+C may come here twice: from the terminal, and from npm or another Node.js in between. */
const SAME_SIGNAL_MS = 500

const ending = new AbortController()
let firstSignalAt = 0
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (!ending.signal.aborted) {
      firstSignalAt = performance.now()
      ending.abort(name)
    } else if (performance.now() - firstSignalAt > SAME_SIGNAL_MS) {
      // Who asks twice does not want to wait; what a command started ends by itself when this process is gone.
      process.exit(128 + constants.signals[name])
    }
  })
}
// The mark is of this process alone, not of those that it starts.
const { [PARENT_MARK]: parent, ...env } = process.env
const endWithParent = (): void => ending.abort('SIGHUP')
if (parent) watchParent(() => process.ppid, endWithParent, Number(parent))
else if (env.npm_lifecycle_event) watchParent(() => process.ppid, endWithParent)

// `charsu listen | head`: nobody reads on, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const isTerminal = process.stdout.isTTY === true
const io: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  env,
  cwd: process.cwd(),
  isTerminal,
  showsProgress: process.stderr.isTTY === true,
  colour: isTerminal && !env.NO_COLOR,
  columns: process.stdout.columns ?? 80,
  signal: ending.signal,
  node: process.execPath,
  pid: process.pid,
  uid: process.getuid?.(),
  fetch: (input, init) => fetch(input, init),
}
process.exitCode = await runProgram(io, process.argv.slice(2))
