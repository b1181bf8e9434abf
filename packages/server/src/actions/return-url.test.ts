import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readReturnPlace } from './return-place.ts'
import { type ReturnPlace, returnUrl } from './return-url.ts'

const ID = '62c8f7e0-0000-4000-8000-00000000000a'

const PLACES: [ReturnPlace, Record<string, string>][] = [
  [{ conversationId: ID }, { conversation: ID }],
  ['notices', { to: 'notices' }],
  [
    { touchpoint: 'MY_POST', postToken: 'gZk3xQ1a' },
    { to: 'MY_POST', post: 'gZk3xQ1a' },
  ],
  [
    { touchpoint: 'DEMAND_POST', postToken: 'a_1' },
    { to: 'DEMAND_POST', post: 'a_1' },
  ],
  [{ touchpoint: 'MY_DIVAR' }, { to: 'MY_DIVAR' }],
  [{ touchpoint: 'DIVAR_PRO' }, { to: 'DIVAR_PRO' }],
]

describe('§3 completion: a return URL', () => {
  test.each(PLACES)('names its place, and is read as that: %j', (place, query) => {
    const url = returnUrl('https://charsu.example', place)
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual(query)
    for (const added of [
      '',
      '&status=ok',
      '&to=MY_DIVAR&conversation=x&post=other',
      '?status=ok',
      '&{}&%ff',
    ]) {
      expect([added, readReturnPlace(url + added)]).toEqual([added, place])
    }
  })

  test('never has more than 200 characters', () => {
    const longest = `https://${'a'.repeat(63)}.${'b'.repeat(63)}.example:65535`
    for (const [place] of PLACES) {
      for (const origin of [longest, 'https://charsu.example']) {
        expect(returnUrl(origin, place).length).toBeLessThanOrEqual(200)
      }
    }
  })

  test('anything else names no place', () => {
    for (const query of [
      '',
      '?',
      '?conversation=',
      '?conversation=//evil.example',
      '?to=https://evil.example',
      '?to=CHAT',
      '?to=MY_POST',
      '?to=MY_POST&post=../..',
      '?to=MY_POST&post=https://evil.example',
      '?conversation[]=x',
    ]) {
      expect([query, readReturnPlace(`/completion${query}`)]).toEqual([query, null])
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (query) => {
        expect(() => readReturnPlace(`/completion?${query}`)).not.toThrow()
      }),
    )
  })
})
