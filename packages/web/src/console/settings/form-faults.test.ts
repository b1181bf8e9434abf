import { expect, test } from 'vitest'
import { addressFault, keyFault, nameFault, textFault } from './form-faults.ts'

test.each([
  ['events_url', '', undefined],
  ['events_url', 'http://127.0.0.1:4600/events', undefined],
  ['events_url', 'http', 'link'],
  ['events_url', 'https:/x', 'link'],
  ['events_url', 'javascript:alert(1)', 'link'],
  ['events_url', 'https://user:word@app.example', 'credentials'],
  ['events_url', `https://app.example/${'x'.repeat(2048)}`, 'long'],
  ['avatar_url', ' https://app.example/a.png', 'link'],
  ['redirect_uri', 'myapp://back', undefined],
  ['redirect_uri', 'back', 'link'],
  // The server knows which schemes browsers run themselves.
  ['redirect_uri', 'javascript:alert(1)', undefined],
] as const)('%s %s: %s', (field, url, fault) => {
  expect(addressFault(field, url)).toBe(fault)
})

test('a name, a description and a key are judged by the rules of saving', () => {
  expect([nameFault('باغبان'), nameFault(' '), nameFault('x'.repeat(51))]).toEqual([
    undefined,
    'name',
    'name',
  ])
  expect([textFault(''), textFault('ب'.repeat(1001))]).toEqual([undefined, 'description'])
  expect([keyFault(''), keyFault('long-random-1'), keyFault('with space'), keyFault('کلید')]).toEqual([
    undefined,
    undefined,
    'key',
    'key',
  ])
})
