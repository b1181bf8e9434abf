import { expect, test } from 'vitest'
import { failureText, neverReached } from './connect-failure.ts'

const failed = (message: string, more: object): Error => Object.assign(new TypeError(message), more)
const refused = { code: 'ECONNREFUSED', syscall: 'connect' }

const unreached: [string, Error][] = [
  ['Node', failed('fetch failed', { cause: failed('connect ECONNREFUSED 127.0.0.1:1', refused) })],
  ['Node, without the name', failed('fetch failed', { cause: failed('getaddrinfo', { code: 'ENOTFOUND' }) })],
  [
    'Node, with two addresses',
    failed('fetch failed', { cause: new AggregateError([failed('a', refused), failed('b', refused)]) }),
  ],
  [
    'Bun',
    failed('Unable to connect. Is the computer able to access the url?', { code: 'ConnectionRefused' }),
  ],
  [
    'Deno',
    failed('fetch failed', {
      cause: new Error(
        'error sending request for url (http://127.0.0.1:1/): client error (Connect): tcp connect error',
      ),
    }),
  ],
]
test.each(unreached)('a server that nothing reached is known by the error of %s', (_, error) => {
  expect(neverReached(error)).toBe(true)
})

const unsure: [string, unknown][] = [
  [
    'a connection that broke',
    failed('fetch failed', { cause: failed('other side closed', { code: 'UND_ERR_SOCKET' }) }),
  ],
  [
    'a reset',
    failed('fetch failed', { cause: failed('read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' }) }),
  ],
  [
    'two addresses, one of which may have heard',
    new AggregateError([failed('a', refused), failed('b', { code: 'ECONNRESET' })]),
  ],
  ['workers', new Error('Network connection lost.')],
  ['no error at all', undefined],
]
test.each(unsure)('in doubt it may have arrived: %s', (_, error) => {
  expect(neverReached(error)).toBe(false)
})

test('an error that is its own cause has an end', () => {
  const circle = new Error('round and round')
  circle.cause = circle
  expect(neverReached(circle)).toBe(false)
  expect(failureText(circle)).toBe('round and round')
})
