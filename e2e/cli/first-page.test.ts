import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import manifest from '../../packages/cli/package.json' with { type: 'json' }
import { temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { describedProgram } from '../../scripts/described-program.ts'
import { charsu, machineNode } from './charsu.ts'

const program = describedProgram(80)
const commands = program.commands.filter((command) => command.name() !== 'help')

test('without a command it shows a first page that fits a screen of 24 lines and 80 letters, and is no failure', async () => {
  const { code, out, err } = await charsu([])
  expect([code, err]).toEqual([0, ''])
  const lines = out.trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(24)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  for (const command of commands) expect(out).toContain(`  ${command.name()} `)
})

test.each(commands.flatMap((command) => [command, ...command.commands]))(
  'the help of $_name says what it does, and shows examples that it understands',
  (command) => {
    let help = ''
    command
      .configureOutput({
        writeOut: (text) => {
          help += text
        },
      })
      .outputHelp()
    expect(command.summary().length).toBeGreaterThan(10)
    expect(help).toContain('Examples:')
    for (const [, line = ''] of help.matchAll(/^ {2}(?:env \S+=\S+ )?charsu ([a-z-]+)/gm)) {
      expect(commands.map((each) => each.name())).toContain(line)
    }
  },
)

test('it runs from any folder on the Node.js that the machine has, older or newer', async () => {
  await using folder = await temporaryFolder()
  const { code, out } = await charsu(['--version'], { node: machineNode(), cwd: folder.path })
  expect([code, out]).toEqual([0, `${manifest.version}\n`])
})

test.each([
  [['dve'], '(Did you mean dev?)'],
  [['trigger', '--lsit'], '(Did you mean --list?)'],
  [['trigger', 'new-mesage', '--print'], 'Did you mean new-message?'],
  [['listen', 'more'], 'Run charsu listen --help'],
  [['replay'], "missing required argument 'delivery'"],
  [['dev', '--port', 'x'], 'Write a number from 1 to 65535'],
  [['dev', '--slug', 'Not A Slug'], 'Such as --slug my-app'],
  [['listen', '--url', 'localhost'], 'Write it with http://'],
  [['trigger'], 'Name an event'],
])('%j is wrong use: code 2, and what to write instead', async (words, hint) => {
  const { code, out, err } = await charsu(words)
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(hint)
  expect(err).not.toMatch(/^\s+at /m)
})

test('nothing to talk to is a failure: code 1, and what to do', async () => {
  for (const words of [['listen'], ['replay', '1'], ['trigger', 'session']]) {
    const { code, err } = await charsu([...words, '--url', 'http://127.0.0.1:1'])
    expect([code, err]).toEqual([1, expect.stringContaining('no Charsu answers at http://127.0.0.1:1')])
    expect(err).toContain('charsu dev')
  }
})

test('no colours where nobody looks, nor where they are not wanted', async () => {
  for (const env of [{}, { NO_COLOR: '1' }] as Record<string, string>[]) {
    const { out, err } = await charsu(['check-config'], { env: { CHARSU_PORT: 'x', ...env } })
    expect(out + err).not.toContain('\u001b')
  }
})

test('the flags of V8 are the same wherever the server is started', () => {
  const root = join(import.meta.dirname, '../..')
  const flagsIn = (file: string): string[] =>
    readFileSync(join(root, file), 'utf8').match(/--[a-z-]+=?\d*(?=[" ])/g) ?? []
  const own = readFileSync(join(root, 'packages/cli/src/v8-flags.ts'), 'utf8').match(/(?<=')--[^']+/g) ?? []
  expect(own.length).toBeGreaterThan(2)
  for (const file of ['package.json', 'deploy/Dockerfile', 'deploy/charsu.service']) {
    expect(flagsIn(file)).toEqual(expect.arrayContaining(own))
  }
  const start = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts.start as string
  expect(start).toBe(`node ${own.join(' ')} packages/server/src/main.ts`)
})
