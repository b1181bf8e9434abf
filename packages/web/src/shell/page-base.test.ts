import { expect, test } from 'vitest'
import { baseOf, pageBase } from './page-base.ts'

test('pages opened as somebody stay below that person’s path', () => {
  expect(pageBase('/chat/01900000-0000-7000-8000-000000000001')).toBe('')
  expect(pageBase('/dev/as/negar/chat')).toBe('/dev/as/negar')
  expect(pageBase('/dev/as/negar')).toBe('/dev/as/negar')
  expect(pageBase('/dev/assets')).toBe('')
})

test('a name with letters that mean something in a path is written so that it does not', () => {
  expect(pageBase(`${baseOf('a/b c؟')}/chat`)).toBe(baseOf('a/b c؟'))
})
