import { expect, test } from 'vitest'
import { readPlace, writePlace } from './place.ts'

const NOWHERE = { conversation: null, app: null, message: null, panel: 'story', view: 'buyer', drawer: null }

test('an address without a query is the playground as it opens, and is written without one', () => {
  expect(readPlace({})).toEqual(NOWHERE)
  expect(writePlace(readPlace({}))).toEqual({})
})

test('a place is read from the query that it was written to', () => {
  const place = {
    conversation: '01900000-0000-7000-8000-000000000001',
    app: 'demo-bot',
    message: '019aa7c2-5a3e-7c61-9d2b-3f1f0f6a8a11',
    panel: 'compose',
    view: 'seller',
    drawer: 'consents',
  } as const
  expect(readPlace(writePlace(place))).toEqual(place)
})

test('what the query says wrongly is passed over', () => {
  expect(readPlace({ panel: 'x', view: ['seller'], drawer: { a: 1 }, app: { a: 1 }, message: null })).toEqual(
    NOWHERE,
  )
})

test('a slug of digits, which the address reads as a number, stays a slug', () => {
  expect(readPlace({ app: 2024 }).app).toBe('2024')
})
