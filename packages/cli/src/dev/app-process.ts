import { spawn } from 'node:child_process'
import { extname, join } from 'node:path'
import { CommandError } from '../command-error.ts'
import type { FromLeash, ToLeash } from './leash-messages.ts'
import { readLines } from './marked-output.ts'

export interface AppProcess {
  /** How it ended, when it does. */
  ended: Promise<AppEnd>
  /** Ends it and all that it started; resolves when they are gone. */
  stop(): Promise<void>
}

export interface AppEnd {
  code: number | null
  signal: string | null
}

export interface AppProcessInput {
  node: string
  /** A program and its arguments, started without a shell. */
  command: readonly string[]
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  onLine(line: string): void
}

const LEASH = join(import.meta.dirname, `leash${extname(import.meta.filename)}`)

/**
 * Starts the developer's program so that nothing of it outlives this process, however this ends.
 * @throws CommandError when there is no such program, or it cannot be run.
 */
export async function startApp({ node, command, cwd, env, onLine }: AppProcessInput): Promise<AppProcess> {
  const leash = spawn(node, [LEASH, ...command], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A terminal's Ctrl+C reaches this process, which ends things in their order.
    detached: true,
  })
  readLines(leash.stdout!, onLine)
  readLines(leash.stderr!, onLine)
  const started = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<AppEnd>()
  const gone = new Promise<void>((resolve) => leash.once('exit', () => resolve()))
  let group = 0
  leash.on('message', (message: FromLeash) => {
    if (message.type === 'started') {
      group = message.pid
      started.resolve()
    } else if (message.type === 'failed') started.reject(cannotRun(command, message.code))
    else ended.resolve({ code: message.code, signal: message.signal })
  })
  leash.once('error', (error) => started.reject(error))
  void gone.then(() => {
    started.reject(new CommandError(`${command[0]} could not be started`))
    // Killed by somebody: the program is without its leash.
    if (leash.signalCode !== null && group > 0) killGroup(group)
    ended.resolve({ code: null, signal: leash.signalCode })
  })
  await started.promise
  return {
    ended: ended.promise,
    stop: async () => {
      if (leash.connected) leash.send({ type: 'end', hard: false } satisfies ToLeash, () => {})
      await gone
    },
  }
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // Gone as well.
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  EACCES: 'it may not be run',
  ENOEXEC: 'it is no program',
}

function cannotRun([program = '']: readonly string[], code: string): CommandError {
  return new CommandError(`${JSON.stringify(program)} cannot be started: ${REASONS[code] ?? code}`, {
    hint: 'Behind -- stands what you would type to start your app, such as: charsu dev -- node app.ts. For what a shell has to read, write: charsu dev -- sh -c "…".',
  })
}
