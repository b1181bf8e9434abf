import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileSnippets } from './compile-snippets.ts'

const CHECKOUT = join(import.meta.dirname, '../..')
const snippet = (text: string, marks: string[] = []) => ({
  file: 'docs/a.md',
  line: 20,
  language: 'ts',
  marks,
  text,
})

test('a snippet that does not compile is named with its own line', async () => {
  const wrong = snippet("import { scope } from '@charsu/sdk'\nconst n: number = scope.userId\n")
  const faults = await compileSnippets(CHECKOUT, [snippet('const fine = 1\n'), wrong])
  expect(faults).toEqual([expect.stringMatching(/^docs\/a\.md:21: error TS2322/)])
})

test('one that is marked run is run, and says why it ended badly', async () => {
  const faults = await compileSnippets(CHECKOUT, [
    snippet("import { scope } from '@charsu/sdk'\nif (scope.userId !== 'USER_ID') throw new Error('no')\n", [
      'run',
    ]),
    snippet("throw new Error('on purpose')\n", ['run']),
    snippet("throw new Error('never run')\n"),
  ])
  expect(faults).toEqual([expect.stringContaining('docs/a.md:20: does not run')])
  expect(faults[0]).toContain('on purpose')
})
