import { expect, test } from 'vitest'
import { returnPath, returnUrl } from './return-url.ts'

const ID = '62c8f7e0-0000-4000-8000-00000000000a'

test('a return URL leads back to its place', () => {
  for (const [place, path] of [
    [{ conversationId: ID }, `/chat/conversations/${ID}`],
    ['notices', '/chat/notices'],
  ] as const) {
    const query = Object.fromEntries(new URL(returnUrl('https://charsu.example', place)).searchParams)
    expect(returnPath(query)).toBe(path)
  }
})

test('wire contract §3: a return URL never has more than 200 characters', () => {
  const longest = `https://${'a'.repeat(63)}.${'b'.repeat(63)}.example:65535`
  for (const origin of [longest, 'https://charsu.example']) {
    expect(returnUrl(origin, { conversationId: ID }).length).toBeLessThanOrEqual(200)
    expect(returnUrl(origin, 'notices').length).toBeLessThanOrEqual(200)
  }
})
