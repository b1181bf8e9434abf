import { expect, test } from 'vitest'
import { parsePostmasterPid } from './postmaster-pid.ts'

const WHOLE = '4711\n/data\n1763780000\n23456\n\n127.0.0.1\n  1050 3\nready   \n'

test('process id and port are read; a file still being written names no server', () => {
  expect(parsePostmasterPid(WHOLE)).toEqual({ pid: 4711, port: 23_456 })
  for (const length of [0, 2, 5, 10, 20]) expect(parsePostmasterPid(WHOLE.slice(0, length))).toBeNull()
  expect(parsePostmasterPid('-4711\n/data\n1\n23456\n')).toBeNull()
})
