import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'

export interface ChildServer {
  url: string
  pid: number
  /** Highest resident memory so far, in megabytes (10^6 bytes). */
  peakMemoryMb(): Promise<number>
  stop(): Promise<void>
}

const ADDRESS = /(http:\/\/[\w.]+:\d+)/

/** Runs a server as a process of its own and waits until it has printed its address. */
export async function startChild(
  file: string,
  env: Record<string, string>,
  flags: readonly string[] = [],
): Promise<ChildServer> {
  const child = spawn(process.execPath, [...flags, file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await printedAddress(child)
  return {
    url,
    pid: child.pid!,
    peakMemoryMb: () => peakMemoryMb(child.pid!),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
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

async function peakMemoryMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(status)?.[1]
  return Math.round((Number(kilobytes) * 1024) / 1e6)
}
