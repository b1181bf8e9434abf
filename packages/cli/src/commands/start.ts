import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { OPEN_FLAG } from '@charsu/server/command-line'
import { Command } from 'commander'
import { CommandError } from '../command-error.ts'
import { dataFolder } from '../data-folder.ts'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'
import { serverCommand } from '../server-command.ts'

interface Options {
  processes?: string
  iKnowThisIsOpen?: true
}

export const startCommand = (io: Io): Command =>
  withExamples(
    new Command('start')
      .summary('run the server, set by the environment')
      .description(
        'Runs the server itself, in production as in development: everything is set by the environment (docs/configuration.md); "charsu check-config" says what is wrong with it. To build an app, "charsu dev" is more comfortable.',
      )
      .option('--processes <number>', 'server processes behind the one port (CHARSU_PROCESSES)')
      .option(OPEN_FLAG, 'let other machines reach development mode, in which anyone is anybody')
      .action((options: Options) => start(io, options)),
    [
      ['charsu start', 'development mode on port 4400'],
      [
        'env CHARSU_MODE=production charsu start --processes 4',
        'production, with the rest of its settings set',
      ],
    ],
  )

async function start(io: Io, { processes, iKnowThisIsOpen }: Options): Promise<void> {
  const { file, args, env } = serverCommand({
    node: io.node,
    pid: io.pid,
    env: { ...io.env, CHARSU_DATA_DIR: io.env.CHARSU_DATA_DIR?.trim() || dataFolder(io.cwd, io.uid) },
    flags: [
      ...(processes === undefined ? [] : ['--processes', processes]),
      ...(iKnowThisIsOpen ? [OPEN_FLAG] : []),
    ],
  })
  // In a group of its own, so that a terminal's Ctrl+C reaches it once, through this process: twice would end it at once.
  const child = spawn(file, args, { env, stdio: 'inherit', detached: true })
  const end = (): void => void child.kill(io.signal.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM')
  io.signal.addEventListener('abort', end, { once: true })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  io.signal.removeEventListener('abort', end)
  if (code === 0) return
  // Whatever it could say, it has said.
  throw new CommandError(`the server ended with ${signal ?? `code ${code}`}`)
}
