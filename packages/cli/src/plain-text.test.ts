import { expect, test } from 'vitest'
import { programLine } from './plain-text.ts'

const ESCAPE = '\u001b'

test('a program’s colours are kept, and end with its line; without colours they are left out', () => {
  const line = `${ESCAPE}[1;31mfailed${ESCAPE}[39m: سلام\tthen`
  expect(programLine(line, true)).toBe(`${line}${ESCAPE}[0m`)
  expect(programLine(line, false)).toBe('failed: سلام\tthen')
  expect(programLine('plain', true)).toBe('plain')
})

test.each([
  ['clears the screen', `${ESCAPE}[2J`, '\\u001b[2J'],
  ['resets the terminal', `${ESCAPE}c`, '\\u001bc'],
  ['writes to the clipboard', `${ESCAPE}]52;c;QQ==\u0007`, '\\u001b]52;c;QQ==\\u0007'],
  ['is an escape of one letter', '\u009b1A', '\\u009b1A'],
  ['writes over its mark', 'my-app\rcharsu │ fine', 'my-app\\rcharsu │ fine'],
  ['hides another in a colour', `${ESCAPE}[3${ESCAPE}[0m1m`, '\\u001b[31m'],
])('what %s is shown and does nothing', (_, line, shown) => {
  expect(programLine(line, false)).toBe(shown)
})
