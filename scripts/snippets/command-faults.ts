import type { Snippet } from './find-snippets.ts'

/** What has to be known of a command; commander's has it. */
export interface KnownCommand {
  name(): string
  aliases(): string[]
  commands: readonly KnownCommand[]
  options: readonly { short?: string | undefined; long?: string | undefined }[]
}

/** What can be typed in a checkout. */
export interface Commands {
  charsu: KnownCommand
  npmScripts: ReadonlySet<string>
}

/** What is wrong with the command lines of a shell snippet: commands, options and scripts that do not exist. */
export function commandFaults({ charsu, npmScripts }: Commands, { file, line, text }: Snippet): string[] {
  return commandLines(text).flatMap(({ offset, words }) => {
    const fault = npmFault(npmScripts, words) ?? charsuFault(charsu, words)
    return fault === undefined ? [] : [`${file}:${line + offset}: ${fault}`]
  })
}

interface CommandLine {
  /** Lines from the snippet's first. */
  offset: number
  words: string[]
}

/** Each command of a snippet, without comments, its variables and what it is piped into. */
function commandLines(text: string): CommandLine[] {
  const found: CommandLine[] = []
  let held = ''
  for (const [i, line] of text.split('\n').entries()) {
    held += line.replace(/(^|\s)#.*$/, '')
    if (held.endsWith('\\')) {
      held = held.slice(0, -1)
      continue
    }
    for (const part of held.split(/&&|\||;/)) {
      const words = part.trim().split(/\s+/)
      while (/^([A-Z_]+=|env$|npx$|\$$)/.test(words[0] ?? '')) words.shift()
      if (words[0]) found.push({ offset: i, words })
    }
    held = ''
  }
  return found
}

function npmFault(
  scripts: ReadonlySet<string>,
  [program, verb, name = '']: readonly string[],
): string | undefined {
  if (program !== 'npm' || verb !== 'run' || scripts.has(name)) return undefined
  return `"npm run ${name}" does not exist: the scripts are ${[...scripts].join(', ')}`
}

function charsuFault(program: KnownCommand, words: readonly string[]): string | undefined {
  if (words[0] !== 'charsu') return undefined
  const own = words.includes('--') ? words.slice(1, words.indexOf('--')) : words.slice(1)
  let command = program
  for (const word of own) {
    if (word.startsWith('-')) {
      const name = word.split('=')[0]!
      const known = command.options.some(({ short, long }) => name === short || name === long)
      if (!known && !['--help', '-h'].includes(name)) return `charsu ${command.name()} has no option ${name}`
      continue
    }
    const below = command.commands.find((each) => each.name() === word || each.aliases().includes(word))
    if (below) command = below
    else if (command === program && word !== 'help' && !word.startsWith('<'))
      return `charsu has no command ${word}`
  }
  return undefined
}
