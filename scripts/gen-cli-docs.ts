import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describedProgram } from './described-program.ts'

// Why this script: a command's --help is written once, where the command is. A reference page kept by hand would soon
// describe another program.

const FILE = join(import.meta.dirname, '../docs/cli-reference.md')

/** The little of a command that is read here. */
interface Described {
  name(): string
  summary(): string
  readonly commands: readonly Described[]
  configureOutput(output: { writeOut(text: string): void }): Described
  outputHelp(): void
}

const program: Described = describedProgram(100)

function helpOf(command: Described): string {
  let text = ''
  command.configureOutput({
    writeOut: (more) => {
      text += more
    },
  })
  command.outputHelp()
  return text.trimEnd()
}

function sections(command: Described, path: readonly string[]): string[] {
  const names = [...path, command.name()]
  const level = '#'.repeat(path.length + 1)
  const own = `${level} ${names.join(' ')}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``
  return [
    own,
    ...command.commands.filter((one) => one.name() !== 'help').flatMap((one) => sections(one, names)),
  ]
}

/** The reference page of every command, as Markdown. */
export function cliPage(): string {
  const commands = program.commands.filter((command) => command.name() !== 'help')
  const rows = commands.map(
    (command) => `| [\`charsu ${command.name()}\`](#charsu-${command.name()}) | ${command.summary()} |`,
  )
  return `# Every command and its options

What each command says with \`--help\`. [The command line](cli.md) tells which is for what.

| command | what it does |
|---|---|
${rows.join('\n')}

${commands.flatMap((command) => sections(command, ['charsu'])).join('\n\n')}

Written by \`scripts/gen-cli-docs.ts\` from what each command says of itself.
`
}

if (import.meta.main) {
  const page = cliPage()
  if (!process.argv.includes('--check')) writeFileSync(FILE, page)
  else if (readFileSync(FILE, 'utf8') === page) console.log('docs/cli-reference.md is as the commands say')
  else {
    console.error('docs/cli-reference.md is out of date: run node scripts/gen-cli-docs.ts and commit it')
    process.exitCode = 1
  }
}
