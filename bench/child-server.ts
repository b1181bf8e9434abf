import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

export interface ChildServer extends AsyncDisposable {
  url: string
  pid: number
  /** Resident memory, in megabytes (10^6 bytes): now, and the highest so far. */
  memoryMb(): Promise<{ now: number; peak: number }>
  stop(): Promise<void>
}

export interface ChildOptions {
  /** Of Node itself. */
  flags?: readonly string[]
  arguments?: readonly string[]
  /** Where its log goes; without it to this process's own standard error. */
  logFile?: string
}

const ADDRESS = /(http:\/\/[\w.]+:\d+)/

/** Runs a server as a process of its own and waits until it has printed its address. */
export async function startChild(
  file: string,
  env: Record<string, string>,
  options: ChildOptions = {},
): Promise<ChildServer> {
  const log = options.logFile === undefined ? null : openSync(options.logFile, 'a')
  const child = spawn(process.execPath, [...(options.flags ?? []), file, ...(options.arguments ?? [])], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', log ?? 'inherit'],
  })
  if (log !== null) closeSync(log)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = (): Promise<void> => {
    child.kill('SIGTERM')
    return ended
  }
  const url = await printedAddress(child)
  return {
    url,
    pid: child.pid!,
    memoryMb: () => memoryMb(child.pid!),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function printedAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.once('exit', (code) => reject(new Error(`the server ended with code ${code}: ${output}`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk
      const address = ADDRESS.exec(output)?.[1]
      if (address) resolve(address.replace('localhost', '127.0.0.1'))
    })
  })
}

async function memoryMb(pid: number): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const of = (name: string): number => {
    const kilobytes = new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]
    return Math.round((Number(kilobytes) * 1024) / 1e6)
  }
  return { now: of('VmRSS'), peak: of('VmHWM') }
}
