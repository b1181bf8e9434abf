import { expect, test } from 'vitest'
import { OPEN_FLAG, readCommandLine } from './command-line.ts'

test.each([
  [[], undefined],
  [['--processes', '4'], '4'],
  [['--processes=4'], '4'],
  [['--processes', '2', '--processes', '4'], '4'],
  [['--processes'], 'nothing'],
  [['--processes='], 'nothing'],
  [['--processes', '-3'], '-3'],
])('of %j the number of processes is %s', (words, processes) => {
  expect(readCommandLine(words)).toEqual({ isOpen: false, processes, problems: [] })
})

test('the flag for a network that nobody else can reach is read beside it', () => {
  expect(readCommandLine([OPEN_FLAG, '--processes', '2'])).toEqual({
    isOpen: true,
    processes: '2',
    problems: [],
  })
})

test.each([
  [
    ['--proceses', '3'],
    ['--proceses', '3'],
  ],
  // What is left of `npm start --processes 3`.
  [['3'], ['3']],
  [['--host-key=secret'], ['--host-key']],
  [['--help', OPEN_FLAG], ['--help']],
])('%j is not understood, and told word by word', (words, unknown) => {
  const { problems } = readCommandLine(words)
  expect(problems).toEqual(unknown.map((word) => expect.stringContaining(`"${word}" on the command line`)))
  for (const problem of problems) {
    expect(problem).toContain('--processes N')
    expect(problem).not.toContain('secret')
  }
})
