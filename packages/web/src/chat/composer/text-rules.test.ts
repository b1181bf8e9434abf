import { expect, test } from 'vitest'
import { LONGEST_TEXT, readyToSend } from './text-rules.ts'

test.each(['', ' \n', '\u200f', '\u200b\u200b', '\u2060\ufeff', '\u202e '])(
  'there is nothing to be seen in %j, so nothing to send',
  (text) => {
    expect(readyToSend(text)).toBeNull()
  },
)

test('what is seen is sent as it was written, but for empty lines around it', () => {
  expect(readyToSend('\n می\u200cروم \n')).toBe('می\u200cروم')
  expect(readyToSend('👩\u200d💻')).toBe('👩\u200d💻')
})

test('the longest text is counted in characters, not in halves of them', () => {
  expect(readyToSend('👍'.repeat(LONGEST_TEXT))).not.toBeNull()
  expect(readyToSend('👍'.repeat(LONGEST_TEXT + 1))).toBeNull()
})
