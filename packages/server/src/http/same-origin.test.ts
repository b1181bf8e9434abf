import { expect, test } from 'vitest'
import { requireSameOrigin } from './same-origin.ts'

const OWN = 'https://charsu.example'
const call = (headers: Parameters<typeof requireSameOrigin>[0]) => () =>
  requireSameOrigin(headers, (origin) => origin === OWN)

test('our own pages, and clients that are no browser, may call', () => {
  expect(call({})).not.toThrow()
  expect(call({ origin: OWN })).not.toThrow()
  expect(call({ origin: OWN, 'sec-fetch-site': 'same-origin' })).not.toThrow()
  expect(call({ 'sec-fetch-site': 'none' })).not.toThrow()
})

test.each([
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: '' },
  { origin: `${OWN}.evil.example` },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { origin: OWN, 'sec-fetch-site': 'cross-site' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
])('a page of another site is refused by what its browser says of it: %o', (headers) => {
  expect(call(headers)).toThrow(
    expect.objectContaining({ codeName: 'PERMISSION_DENIED', reason: 'CROSS_ORIGIN' }),
  )
})
