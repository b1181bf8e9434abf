import { OPEN_FLAG } from '@charsu/server/command-line'
import { Command } from 'commander'
import { CommandError } from '../command-error.ts'
import { type ConfigReport, configReport } from '../config-report.ts'
import { withExamples } from '../examples.ts'
import { type Io, paint } from '../io.ts'
import { table } from '../table.ts'

interface Options {
  processes?: string
  iKnowThisIsOpen?: true
  json?: true
}

export const checkConfigCommand = (io: Io): Command =>
  withExamples(
    new Command('check-config')
      .summary('check the settings of the environment')
      .description(
        'Reads the settings that `charsu start` would read, prints each with its value and where it comes from, and all that is wrong with them. Secrets are never printed. Exit code 1 when the server would not start with them.',
      )
      .option('--processes <number>', 'as it will be given to charsu start')
      .option(OPEN_FLAG, 'as it will be given to charsu start')
      .option('--json', 'print one JSON object for scripts')
      .action((options: Options) => checkConfig(io, options)),
    [
      ['charsu check-config', 'the settings of this shell'],
      ['env CHARSU_MODE=production charsu check-config', 'what production still needs'],
      ['charsu check-config --json', 'for a pipeline'],
    ],
  )

function checkConfig(io: Io, options: Options): void {
  const flags = [
    ...(options.processes === undefined ? [] : ['--processes', options.processes]),
    ...(options.iKnowThisIsOpen ? [OPEN_FLAG] : []),
  ]
  const report = configReport(io.env, flags)
  io.out(options.json ? `${JSON.stringify(report)}\n` : printed(io, report))
  const { length } = report.problems
  if (length === 0) return
  throw new CommandError(
    `the server would not start with these settings: ${length === 1 ? '1 problem' : `${length} problems`}, listed above`,
    { hint: 'Change them in the environment; docs/configuration.md says what each is for.' },
  )
}

function printed(io: Io, { settings, problems }: ConfigReport): string {
  const wrong = new Set(problems.map((problem) => problem.split(' ', 1)[0]))
  const rows = settings.map(({ name, value, origin }) => [
    wrong.has(name) ? `! ${name}` : `  ${name}`,
    origin,
    value,
  ])
  const lines = table([['  setting', 'from', 'value'], ...rows], '').map((line) =>
    line.startsWith('!') ? paint(io, 'red', line) : line,
  )
  const end =
    problems.length === 0
      ? [paint(io, 'green', 'The server would start with these settings.')]
      : ['Problems:', ...problems.map((problem) => `  - ${problem}`)]
  return `${[...lines, '', ...end].join('\n')}\n`
}
