import { expect, test } from 'vitest'
import { classifyFailure } from './embedded-server.ts'

test('the log of a server that did not start tells why', () => {
  const cases = [
    ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', 'port-taken'],
    ['FATAL:  could not create any TCP/IP sockets', 'port-taken'],
    ['FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', 'memory-in-use'],
    ['FATAL:  lock file "postmaster.pid" already exists', 'already-running'],
    ['FATAL:  could not map anonymous shared memory: Cannot allocate memory', 'other'],
  ] as const
  for (const [log, failure] of cases) expect(classifyFailure(log)).toBe(failure)
})
