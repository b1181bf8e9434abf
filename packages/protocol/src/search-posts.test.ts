import { describe, expect, test } from 'vitest'
import { searchPostsParser } from './search-posts.ts'

const read = (body: unknown) => {
  const result = searchPostsParser.parse(body)
  if (!result.ok) throw new Error(JSON.stringify(result.violations))
  return result.value
}
const faults = (body: unknown): Record<string, string> => {
  const result = searchPostsParser.parse(body)
  if (result.ok) throw new Error('was taken')
  return Object.fromEntries(result.violations.map(({ field, description }) => [field, description]))
}
const EVERYTHING = { districts: [], brandModels: [], rooms: [], onlyWithParking: false, ranges: {} }

describe('§8 search of posts: the body', () => {
  test('all of it is read, bounds as text or as numbers', () => {
    expect(
      read({
        category: 'apartment-rent',
        city: 'tehran',
        districts: ['vanak', 'vanak', 'abshar'],
        query: {
          brand_model: ['Pride'],
          rooms: ['2', 'سه'],
          only_with_parking: true,
          size: { min: '80', max: 120 },
          rent: { max: '0' },
          credit: { min: -5 },
          usage: { max: '9223372036854775807' },
          production_year: { min: '+1390' },
        },
      }),
    ).toEqual({
      category: 'apartment-rent',
      city: 'tehran',
      districts: ['vanak', 'abshar'],
      brandModels: ['Pride'],
      rooms: ['2', 'سه'],
      onlyWithParking: true,
      ranges: {
        size: { min: '80', max: '120' },
        rent: { max: '0' },
        credit: { min: '-5' },
        usage: { max: '9223372036854775807' },
        production_year: { min: '1390' },
      },
    })
  })

  test.each([
    [undefined],
    [null],
    [{}],
    [{ category: '', city: '', districts: [], query: {} }],
    [{ category: null, city: null, districts: null, query: null, unknown: 1 }],
    [
      {
        query: {
          brand_model: [],
          rooms: [''],
          size: {},
          rent: { min: '', max: null },
          only_with_parking: false,
        },
      },
    ],
  ])('what is absent or empty matches everything: %j', (body) => {
    expect(read(body)).toEqual(EVERYTHING)
  })

  test.each([
    ['9223372036854775808'],
    ['-9223372036854775809'],
    ['9'.repeat(5000)],
    ['12.5'],
    ['1e3'],
    ['۱۲'],
    ['ten'],
    ['0x10'],
    [12.5],
    [1e300],
  ])('a bound that is no whole number of 64 bits is refused: %s', (min) => {
    const { 'query.size.min': fault } = faults({ query: { size: { min } } })
    expect(fault).toContain('a whole number of 64 bits')
    expect(fault!.length).toBeLessThan(300)
  })

  test('every wrong field is named', () => {
    const given = {
      category: 7,
      city: 'c'.repeat(101),
      districts: 'vanak',
      query: { size: '80-120', rooms: [{}], only_with_parking: 'yes', rent: { min: [], max: true } },
    }
    expect(Object.keys(faults(given)).sort()).toEqual([
      'category',
      'city',
      'districts',
      'query.only_with_parking',
      'query.rent.max',
      'query.rent.min',
      'query.rooms[0]',
      'query.size',
    ])
    expect(faults({ query: [] })).toHaveProperty('query')
    expect(faults({ query: { size: { min: 9, max: '8' } } })['query.size']).toContain('above its max')
  })

  test('the largest number of 64 bits may come as a number too', () => {
    const body: unknown = JSON.parse(
      '{"query": {"size": {"min": -9223372036854775808, "max": 9223372036854775807}}}',
    )
    expect(read(body).ranges.size).toEqual({ min: '-9223372036854775808', max: '9223372036854775807' })
  })

  test('10,000 districts are too many', () => {
    const districts = Array.from({ length: 10_000 }, (_, i) => `d${i}`)
    expect(faults({ districts })).toEqual({ districts: expect.stringContaining('at most 500') })
  })
})
