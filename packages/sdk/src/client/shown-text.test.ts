import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sentence, shownText } from './shown-text.ts'

test('what a terminal would act on does not get there', () => {
  expect(shownText('red \u001b[31malert\u001b[0m\r\nsecond line\u0000')).toBe('red [31malert [0m second line')
  expect(shownText('left \u202eright\u2066 end')).toBe('left right end')
})

test('Persian, emoji and half surrogate pairs are text', () => {
  expect(shownText('پیام فرستاده نشد 🙂')).toBe('پیام فرستاده نشد 🙂')
  expect(shownText('half \ud83d here')).toBe('half \ufffd here')
})

test('a long text is cut between characters', () => {
  expect(shownText('🙂'.repeat(50), [], 3)).toBe('🙂🙂🙂…')
})

test('a secret is left out, wherever it stands, and also where the text is cut', () => {
  const secret = 'ck_Tq7yR2uWm9eKx4aLz0sVb6nHc1jFd8gPo3iXtQvYwMk'
  expect(shownText(`no key ${secret}, ${secret}!`, [secret])).toBe('no key [secret], [secret]!')
  expect(shownText('a b c', ['a', ''])).toBe('a b c')
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 60 }), (before, after, max) => {
      const shown = shownText(`${before}${secret}${after}`, [secret], max)
      expect(shown).not.toContain(secret.slice(0, 12))
    }),
  )
})

test('a sentence ends with one mark', () => {
  expect(sentence('Say it')).toBe('Say it.')
  expect(sentence('Really?')).toBe('Really?')
})
