import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { StoryError } from './expect-that.ts'

const READY_MS = 60_000
const STOP_MS = 15_000
const KEPT_COMPLAINTS = 4000

/** A Node program as a process of its own. */
export interface Program {
  pid: number
  /** Ends it as an operator would, and waits until it is gone. */
  stop(): Promise<void>
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>
  signal(name: NodeJS.Signals): void
}

export interface ProgramInput {
  name: string
  script: string
  env: Readonly<Record<string, string>>
  /** Its first group is what `ready` hands out. */
  readyLine: RegExp
  onLine?: (line: string) => void
}

/**
 * Starts it and waits for the line that says that it is ready.
 * @throws StoryError with the program's complaints when it ends instead, or says nothing for a minute.
 */
export async function startProgram(input: ProgramInput): Promise<Program & { ready: string }> {
  const child = spawn(process.execPath, [input.script], { env: input.env, stdio: ['ignore', 'pipe', 'pipe'] })
  // Whoever ends this process in a hurry must not leave that one behind.
  const endWithUs = (): void => void child.kill('SIGTERM')
  process.once('exit', endWithUs)
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => {
      process.off('exit', endWithUs)
      resolve()
    })
  })
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk).slice(-KEPT_COMPLAINTS)
  })
  const program: Program = {
    pid: child.pid ?? 0,
    stop: () => end(child, closed, 'SIGTERM'),
    kill: () => end(child, closed, 'SIGKILL'),
    signal: (name) => void child.kill(name),
  }
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = input.readyLine.exec(line)
      if (match) resolve(match[1] ?? '')
      input.onLine?.(line)
    })
  })
  const timeout = Promise.withResolvers<'timeout'>()
  const timer = setTimeout(() => timeout.resolve('timeout'), READY_MS)
  try {
    const first = await Promise.race([
      ready.then((text) => ({ text })),
      closed.then(() => 'closed' as const),
      timeout.promise,
    ])
    if (typeof first === 'object') return { ...program, ready: first.text }
    await program.kill()
    const what = first === 'closed' ? 'ended before it was ready' : `was not ready within ${READY_MS} ms`
    throw new StoryError(`${input.name} ${what}: ${complaints.trim() || '(it said nothing)'}`)
  } finally {
    clearTimeout(timer)
  }
}

async function end(child: ChildProcess, closed: Promise<void>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal)
  // Stopped programs hear nothing but SIGKILL, and one that hangs must not hold the story up for ever.
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await closed
  clearTimeout(timer)
}
