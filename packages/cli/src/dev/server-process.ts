import { type ChildProcess, spawn } from 'node:child_process'
import { CommandError } from '../command-error.ts'
import type { ProcessCommand } from '../server-command.ts'
import { readLines } from './marked-output.ts'

export interface ServerProcess {
  /** Origin, as it announced it. */
  url: string
  /** Resolves when it ends without having been asked to. */
  died: Promise<ServerDeath>
  /** Ends it in order; resolves when it is gone. */
  stop(): Promise<void>
}

export interface ServerDeath {
  /** What to tell: how it ended, and the last that it said. */
  message: string
  /** Killed, so that it could not end what it had started. */
  wasKilled: boolean
}

const KEPT_COMPLAINTS = 20
/** A little more than the server gives itself. */
const LONGEST_STOP_MS = 25_000

/** The server ended instead of serving. */
export class ServerStartError extends CommandError {}

/**
 * Starts the server and waits until it serves.
 * @throws ServerStartError with what it complained of.
 */
export async function startServer(
  { file, args, env }: ProcessCommand,
  { onLine, signal }: { onLine(line: string): void; signal: AbortSignal },
): Promise<ServerProcess> {
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const complaints: string[] = []
  let isServing = false
  let isStopping = false
  const ready = Promise.withResolvers<string>()
  readLines(child.stdout!, (line) => {
    const [, url] = /^Charsu is ready at (\S+)/.exec(line) ?? []
    if (url) ready.resolve(url)
  })
  readLines(child.stderr!, (line) => {
    complaints.push(line)
    if (complaints.length > KEPT_COMPLAINTS) complaints.shift()
    if (isServing) onLine(line)
  })
  const gone = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, name) => resolve(name ?? `code ${code}`))
  })
  const stop = async (): Promise<void> => {
    isStopping = true
    await end(child, gone)
  }
  const abort = (): void => void stop()
  signal.addEventListener('abort', abort, { once: true })
  const first = await Promise.race([ready.promise.then((url) => ({ url })), gone])
  signal.removeEventListener('abort', abort)
  if (typeof first === 'string') {
    if (signal.aborted) throw new CommandError('stopped before the marketplace was ready')
    throw new ServerStartError(complaints.join('\n').trim() || `the server ended at once with ${first}`)
  }
  isServing = true
  const died = new Promise<ServerDeath>((resolve) => {
    void gone.then((how) => {
      const message = [`the marketplace ended with ${how}`, ...complaints].join('\n').trim()
      if (!isStopping) resolve({ message, wasKilled: child.signalCode !== null })
    })
  })
  return { url: first.url, died, stop }
}

async function end(child: ChildProcess, gone: Promise<string>): Promise<void> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_STOP_MS)
  await gone
  clearTimeout(timer)
}
