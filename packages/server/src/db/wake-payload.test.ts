import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Concerned, decodeHint, encodeHint, TOPICS, type Topic } from './wake-payload.ts'

const MOST_BYTES_OF_POSTGRESQL = 7_999

const concerned: fc.Arbitrary<Concerned> = fc.oneof(
  fc.constant<Concerned>('*'),
  fc.array(fc.uuid(), { maxLength: 400 }),
)
const news = fc
  .array(fc.tuple(fc.constantFrom<Topic>(...TOPICS), concerned), { maxLength: 5 })
  .map((entries) => new Map(entries))

test('whatever is said fits into a notification, and comes out as it went in or as everything', () => {
  fc.assert(
    fc.property(fc.uuid(), news, (from, said) => {
      const text = encodeHint({ from, news: said })
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES_OF_POSTGRESQL)
      const heard = decodeHint(text)
      expect(heard?.from).toBe(from)
      expect(new Set(heard?.news.keys())).toEqual(new Set(said.keys()))
      for (const [topic, ids] of said) {
        const got = heard?.news.get(topic)
        if (got !== '*') expect(got).toEqual(ids)
      }
    }),
  )
})

test('only what does not fit is no longer named', () => {
  const id = '00000000-0000-7000-8000-000000000000'
  const said = new Map<Topic, Concerned>([
    ['users', [id]],
    ['conversations', Array.from({ length: 1000 }, () => id)],
  ])
  expect(decodeHint(encodeHint({ from: 'a', news: said }))?.news).toEqual(
    new Map<Topic, Concerned>([
      ['users', [id]],
      ['conversations', '*'],
    ]),
  )
})

test('no text makes the reader fail', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      decodeHint(text)
    }),
  )
})
