import { slugFault } from '@charsu/protocol/app-texts'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { slugOf } from './app-slug.ts'

test.each([
  ['my-bot', 'my-bot'],
  ['My Bot 2', 'my-bot-2'],
  ['@acme/visit_planner', 'visit-planner'],
  ['--x1--', 'x1'],
  ['ربات', undefined],
  ['a', undefined],
])('%s is the slug %s', (name, slug) => {
  expect(slugOf(name)).toBe(slug)
})

test('whatever the name, a slug is one that the server takes, and is its own slug', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (name) => {
      const slug = slugOf(name)
      if (slug === undefined) return
      expect(slugFault(slug)).toBeUndefined()
      expect(slugOf(slug)).toBe(slug)
    }),
  )
})
