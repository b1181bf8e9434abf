import type { Command } from 'commander'

/** A command line as it is typed, and what it does in a few words. */
export type Example = readonly [line: string, what: string]

const MOST_WIDTH = 46

/** Examples at the end of a command's --help, their comments side by side. */
export function withExamples(command: Command, examples: readonly Example[]): Command {
  const width = Math.min(MOST_WIDTH, Math.max(...examples.map(([line]) => line.length)))
  const lines = examples.map(([line, what]) =>
    line.length > width ? `  ${line}\n  ${' '.repeat(width)}  ${what}` : `  ${line.padEnd(width)}  ${what}`,
  )
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`)
}
