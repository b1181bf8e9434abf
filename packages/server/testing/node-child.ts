import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A real Node process that runs one of our scripts, so that tests can kill it. */
export interface NodeChild {
  process: ChildProcess
  pid: number
  /** The next line of its output, as JSON; rejects with its complaints when it ends without one. */
  next<T>(): Promise<T>
  tell(line: string): void
  /** Kills it as `kill -9` does and waits until it is gone. */
  kill(): Promise<void>
  ended: Promise<void>
}

/** Starts a script with one JSON argument; `flags` are for Node itself. */
export function startNode(script: string, input: unknown, flags: readonly string[] = []): NodeChild {
  const child = spawn(process.execPath, [...flags, script, JSON.stringify(input)], { stdio: 'pipe' })
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    process: child,
    pid: child.pid!,
    async next<T>() {
      const line = await lines.next()
      if (!line.done) return JSON.parse(line.value) as T
      await ended
      throw new Error(`the process ended without an answer: ${complaints}`)
    },
    tell: (line) => child.stdin.write(`${line}\n`),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    ended,
  }
}
