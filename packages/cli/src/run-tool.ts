import { spawn } from 'node:child_process'
import { CommandError } from './command-error.ts'
import type { Io } from './io.ts'

export type ToolRunner = Pick<Io, 'env' | 'node' | 'signal'>

export interface ToolResult {
  code: number | null
  /** What it printed, on its standard output, or on its standard error when it failed. */
  output: string
}

/**
 * Runs another program to its end, unseen.
 * @throws CommandError when it cannot be started.
 */
export function runTool(
  { env, signal }: ToolRunner,
  program: string,
  words: readonly string[],
  cwd?: string,
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env, cwd, signal, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let complaints = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints += text
    })
    child.on('error', (error) => reject(new CommandError(`${program} did not run: ${error.message}`)))
    child.on('close', (code) => resolve({ code, output: code === 0 ? output : complaints || output }))
  })
}
