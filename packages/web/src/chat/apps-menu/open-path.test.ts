import { expect, test } from 'vitest'
import { openPath } from './open-path.ts'

test('an app is opened as the person whose pages these are', () => {
  const path = '/open/visit-planner?touchpoint=CHAT&conversation_id=1'
  expect(openPath('', path)).toBe(path)
  expect(openPath('/dev/as/kamran', path)).toBe(`/dev/as/kamran${path}`)
})

test.each([
  'javascript:alert(1)',
  '//elsewhere.example/open/x',
  'https://elsewhere.example/open/x',
  '/\\elsewhere.example/open/x',
  '/open/\\..\\..\\x',
  '/open/a\n/b',
  '/console',
  '',
])('nothing but a path that opens an app is followed: %j', (url) => {
  expect(openPath('', url)).toBe('/chat')
})
