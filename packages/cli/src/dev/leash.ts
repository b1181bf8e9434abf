import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import type { FromLeash, ToLeash } from './leash-messages.ts'

// A process between the command and the developer's program: a program of any language cannot be asked to notice that
// the command was killed, this can. It ends the program with all that the program started.

const GRACE_MS = 5_000
const LOOK_EVERY_MS = 50

const [file = '', ...args] = process.argv.slice(2)
const inGroups = process.platform !== 'win32'
// Its input stays open: some programs end when theirs does.
const child = spawn(file, args, { stdio: ['pipe', 'inherit', 'inherit'], detached: inGroups })

const say = (message: FromLeash): void => {
  if (process.connected) process.send?.(message, () => {})
}

/** Signals the program and all of its group; false when nobody is left. */
function signal(name: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false
  try {
    return inGroups ? process.kill(-child.pid, name) : child.kill(name)
  } catch {
    return false
  }
}

let ending: Promise<void> | undefined

function end(): Promise<void> {
  ending ??= endGroup()
  return ending
}

async function endGroup(): Promise<void> {
  signal('SIGTERM')
  for (let waited = 0; waited < GRACE_MS && signal(0); waited += LOOK_EVERY_MS) await delay(LOOK_EVERY_MS)
  signal('SIGKILL')
}

child.once('spawn', () => say({ type: 'started', pid: child.pid ?? 0 }))
child.once('error', (error: NodeJS.ErrnoException) => {
  say({ type: 'failed', code: error.code ?? error.message })
  leave()
})
child.once('exit', async (code, name) => {
  say({ type: 'ended', code, signal: name })
  await end()
  leave()
})
process.on('message', (message: ToLeash) => {
  if (message.hard) signal('SIGKILL')
  void end()
})
process.once('disconnect', () => void end())
// Whoever signals this process means the program.
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => void end())

function leave(): void {
  child.stdin?.destroy()
  if (process.connected) process.disconnect()
}
