import { expect, test } from 'vitest'
import { commandFaults, type KnownCommand } from './command-faults.ts'

const command = (name: string, options: string[], commands: KnownCommand[] = []): KnownCommand => ({
  name: () => name,
  aliases: () => [],
  commands,
  options: options.map((long) => ({ long })),
})
const charsu = command('charsu', [], [command('trigger', ['--set'])])
const faultsOf = (text: string): string[] =>
  commandFaults(
    { charsu, npmScripts: new Set(['demo']) },
    { file: 'a.md', line: 10, language: 'sh', marks: [], text },
  )

test.each([
  'charsu trigger new-message --set text=hi   # a comment, charsu nothing',
  'npx charsu --help && npm run demo',
  'PORT=3 charsu trigger x | head',
  'charsu trigger x -- --anything goes',
  'npm ci && npm test',
])('%s names what exists', (text) => {
  expect(faultsOf(text)).toEqual([])
})

test('what does not exist is named with its line', () => {
  expect(faultsOf('npm ci\ncharsu tigger x\ncharsu trigger x \\\n  --sett a=b\nnpm run demos')).toEqual([
    'a.md:11: charsu has no command tigger',
    'a.md:13: charsu trigger has no option --sett',
    'a.md:14: "npm run demos" does not exist: the scripts are demo',
  ])
})
