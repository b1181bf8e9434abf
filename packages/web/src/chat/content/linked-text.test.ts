import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linkedText } from './linked-text.ts'

const links = (text: string): (string | null)[] =>
  linkedText(text)
    .filter(({ href }) => href !== null)
    .map(({ href }) => href)

describe('addresses of the web become links', () => {
  test.each([
    ['see https://example.com/a?b=1#c now', ['https://example.com/a?b=1#c']],
    ['www.example.com', ['https://www.example.com/']],
    ['ببین https://example.com/خانه، خوبه', ['https://example.com/%D8%AE%D8%A7%D9%86%D9%87']],
    ['(https://example.com/a_(b)).', ['https://example.com/a_(b)']],
    ['«https://example.com»', ['https://example.com/']],
    ['http://localhost:3000/x', ['http://localhost:3000/x']],
  ])('%s', (text, found) => expect(links(text)).toEqual(found))
})

describe('what is no plain address of the web does not', () => {
  test.each([
    'javascript:alert(1)',
    'data:text/html,<b>',
    'https://user:word@example.com',
    'https://',
    'https://nodots',
    'mailto:a@example.com',
    'xhttps://example.com',
  ])('%s', (text) => expect(links(text)).toEqual([]))
})

test('a text stays as it was written, and nothing but http and https is ever linked', () => {
  const hostile = fc.array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('https://', 'javascript:', 'www.a.b', '\u202e', '\u2066', '<a href="', '"', ' ', '\n'),
    ),
  )
  fc.assert(
    fc.property(hostile, (parts) => {
      const text = parts.join('')
      const pieces = linkedText(text)
      expect(pieces.map((piece) => piece.text).join('')).toBe(text)
      for (const { text: shown, href } of pieces) {
        if (href === null) continue
        expect(href).toMatch(/^https?:\/\//)
        expect(shown).not.toMatch(/\p{Bidi_Control}/u)
      }
    }),
  )
})
