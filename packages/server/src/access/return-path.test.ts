import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_RETURN_PATH, returnPathFault } from './return-path.ts'

test.each([
  '/',
  '/chat',
  '/chat?tab=all&x=%20#end',
  '/oauth2/auth?redirect_uri=https%3A%2F%2Fapp.example%2F&state=a+b//c',
  '/a//b',
  '/@evil.example',
  '/https://evil.example',
])('%s is a path of this origin', (path) => {
  expect(returnPathFault(path)).toBeUndefined()
})

test.each([
  '',
  'chat',
  '?x',
  '#x',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/x\\..\\y',
  'https://evil.example',
  'https:evil.example',
  'https:/evil.example',
  'javascript:alert(1)',
  '/\t/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/\n/evil.example',
  '/chat\0',
  '/گفتگو',
  '/a b',
  `/${'x'.repeat(MAX_RETURN_PATH)}`,
])('%j is not', (path) => {
  expect(returnPathFault(path)).toBeDefined()
})

test('whatever passes stays on the origin in a browser’s eyes', () => {
  const piece = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    ':',
    '@',
    '?',
    '#',
    '\t',
    '\n',
    ' ',
    'https:',
    'evil.example',
    '%2f',
    'x',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const path = pieces.join('')
      if (returnPathFault(path) === undefined) {
        expect(new URL(path, 'https://charsu.example').origin).toBe('https://charsu.example')
      }
    }),
  )
})
