import { Command, CommanderError } from 'commander'
import { appsCommand } from './commands/apps.ts'
import { checkConfigCommand } from './commands/check-config.ts'
import { createAppCommand } from './commands/create-app.ts'
import { devCommand } from './commands/dev.ts'
import { keysCommand } from './commands/keys.ts'
import { listenCommand } from './commands/listen.ts'
import { migrateCommand } from './commands/migrate.ts'
import { replayCommand } from './commands/replay.ts'
import { seedCommand } from './commands/seed.ts'
import { snapshotCommand } from './commands/snapshot.ts'
import { startCommand } from './commands/start.ts'
import { triggerCommand } from './commands/trigger.ts'
import { explainError } from './explain-error.ts'
import { helpPages } from './first-page.ts'
import { type Io, paint } from './io.ts'
import { VERSION } from './version.ts'

/** Where a command stands on the first page of help, in this order. */
const DEVELOP = 'Build an app:'
const STATE = 'The marketplace on your machine:'
const OPERATE = 'Run a marketplace:'

type MakeCommand = (io: Io) => Command

/** Every command, under the heading where help lists it. A new one is a file in commands/ and a line here. */
const COMMANDS: readonly (readonly [heading: string, make: MakeCommand])[] = [
  [DEVELOP, createAppCommand],
  [DEVELOP, devCommand],
  [DEVELOP, listenCommand],
  [DEVELOP, triggerCommand],
  [DEVELOP, replayCommand],
  [STATE, snapshotCommand],
  [STATE, seedCommand],
  [OPERATE, startCommand],
  [OPERATE, migrateCommand],
  [OPERATE, checkConfigCommand],
  [OPERATE, appsCommand],
  [OPERATE, keysCommand],
]

/** The command line with all its commands. */
export function createProgram(io: Io): Command {
  const program = new Command('charsu')
    .description('Charsu: the open platform for marketplaces, on your machine and in production.')
    .usage('<command> [options]')
    .version(VERSION, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError('Run charsu --help for what there is.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      outputError: (text, write) => write(complaint(io, text)),
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
      getOutHasColors: () => io.colour,
      getErrHasColors: () => io.colour,
    })
    .configureHelp(helpPages((title) => paint(io, 'bold', title)))
  program.addHelpText('after', FIRST_STEPS)
  for (const [heading, make] of COMMANDS) program.addCommand(adopt(program, make(io)).helpGroup(heading))
  return program
}

const FIRST_STEPS = `
charsu <command> --help shows its options and examples.`

/** Gives a command, and those below it, the settings of the one above: commander does so only for those it makes. */
function adopt(parent: Command, child: Command, names: readonly string[] = []): Command {
  child.copyInheritedSettings(parent)
  child.showHelpAfterError(`Run charsu ${[...names, child.name()].join(' ')} --help for what there is.`)
  for (const grandchild of child.commands) adopt(child, grandchild, [...names, child.name()])
  return child
}

const complaint = (io: Io, text: string): string =>
  text.replace(/^error: /, `${paint(io, ['red', 'bold'], 'error:')} `)

/**
 * Runs one command line.
 * @param words what stands behind `charsu`.
 * @returns the exit code: 0 fine, 1 failed, 2 wrong use.
 */
export async function runProgram(io: Io, words: readonly string[]): Promise<number> {
  const program = createProgram(io)
  try {
    await program.parseAsync(words.length === 0 ? ['--help'] : [...words], { from: 'user' })
    return 0
  } catch (error) {
    // Commander has written what it had to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const { message, hint, exitCode } = explainError(error, Boolean(io.env.CHARSU_DEBUG))
    io.err(complaint(io, `error: ${message}\n`))
    if (hint) io.err(`${hint}\n`)
    return exitCode
  }
}

export { DEVELOP, OPERATE, STATE }
