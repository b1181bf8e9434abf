import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { waitFor } from '../../packages/server/testing/wait-for.ts'

export const BIN = join(import.meta.dirname, '../../packages/cli/bin/charsu.js')
const USUAL_WAIT_MS = 60_000

export interface CharsuOptions {
  env?: Readonly<Record<string, string>>
  cwd?: string
  /** Another Node.js than the tests run on. */
  node?: string
}

export interface Ended {
  code: number | null
  out: string
  err: string
}

/** The command as a process, as a developer has it in a terminal. */
export interface RunningCharsu extends AsyncDisposable {
  pid: number
  process: ChildProcess
  /** All that it has said so far, on either output. */
  said(): string
  /** Resolves with the match once it has said that; fails when it ends without. */
  says(what: RegExp): Promise<RegExpExecArray>
  kill(signal: NodeJS.Signals): void
  /** Resolves when it has ended. */
  ended: Promise<Ended>
}

/** Nothing of the shell that the tests are run from, such as NO_COLOR or npm's own marks. */
const environment = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  // Many starts of one program: each would spend a second or two on compiling it again.
  NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
  ...more,
})

/** The Node.js that the machine has by itself, which may be an older one; else that of the tests. */
export function machineNode(): string {
  const folders = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((part) => !part.endsWith('node_modules/.bin'))
  return folders.map((part) => join(part, 'node')).find((file) => existsSync(file)) ?? process.execPath
}

export function startCharsu(words: readonly string[], options: CharsuOptions = {}): RunningCharsu {
  const child = spawn(options.node ?? process.execPath, [BIN, ...words], {
    env: environment(options.env),
    cwd: options.cwd ?? tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { out: '', err: '', both: '' }
  const hear = (name: 'out' | 'err') => (chunk: string) => {
    text[name] += chunk
    text.both += chunk
  }
  child.stdout.setEncoding('utf8').on('data', hear('out'))
  child.stderr.setEncoding('utf8').on('data', hear('err'))
  let isGone = false
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      isGone = true
      resolve({ code, out: text.out, err: text.err })
    })
  })
  return {
    pid: child.pid ?? 0,
    process: child,
    said: () => text.both,
    says: async (what) => {
      const find = () => what.exec(text.both)
      const found = await waitFor(() => find() ?? (isGone && 'gone'), { timeoutMs: USUAL_WAIT_MS }).catch(
        () => 'late',
      )
      if (typeof found === 'object') return found
      throw new Error(`charsu ${words.join(' ')} did not say ${what} (${found}); it said:\n${text.both}`)
    },
    kill: (signal) => void child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      if (!isGone) child.kill('SIGTERM')
      await ended
    },
  }
}

/** The command from beginning to end. */
export const charsu = (words: readonly string[], options: CharsuOptions = {}): Promise<Ended> =>
  startCharsu(words, options).ended
