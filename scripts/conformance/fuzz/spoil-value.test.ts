import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Spoiling, spoil, spoilings } from './spoil-value.ts'

const VALUE = { a: 1, b: [{ c: 2 }, 'x'] }
const at = (place: number, how: Spoiling['how']): unknown => spoil(VALUE, [{ at: place, how }])

describe('a value is spoilt at one place', () => {
  it.each<[number, Spoiling['how'], unknown]>([
    [0, { do: 'replace', by: null }, null],
    [1, { do: 'replace', by: 'text' }, { a: 'text', b: [{ c: 2 }, 'x'] }],
    [2, { do: 'leave out' }, { a: 1 }],
    [3, { do: 'leave out' }, { a: 1, b: ['x'] }],
    [4, { do: 'wrap', times: 2 }, { a: 1, b: [{ c: { data: { data: 2 } } }, 'x'] }],
    [3, { do: 'add', key: 'd', value: 3 }, { a: 1, b: [{ c: 2, d: 3 }, 'x'] }],
    [5, { do: 'add', key: 'd', value: 3 }, VALUE],
    [2, { do: 'repeat', times: 3 }, { a: 1, b: [{ c: 2 }, { c: 2 }, { c: 2 }] }],
    [7, { do: 'replace', by: 'text' }, { a: 'text', b: [{ c: 2 }, 'x'] }],
  ])('place %i, %j', (place, how, expected) => {
    expect(at(place, how)).toEqual(expected)
  })

  it('without the whole value nothing is left', () => {
    expect(at(0, { do: 'leave out' })).toBeUndefined()
  })

  it('a key named __proto__ is a key like any other', () => {
    const spoilt = at(0, { do: 'add', key: '__proto__', value: { polluted: true } }) as object
    expect(Object.keys(spoilt)).toContain('__proto__')
    expect('polluted' in spoilt).toBe(false)
  })

  it('whatever is done, the given value stays as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), spoilings, (value, each) => {
        const before = JSON.stringify(value)
        spoil(value, each)
        expect(JSON.stringify(value)).toBe(before)
      }),
    )
  })
})
