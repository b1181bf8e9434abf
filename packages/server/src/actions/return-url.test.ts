import { expect, test } from 'vitest'
import { returnUrl } from './return-url.ts'

const ID = '62c8f7e0-0000-4000-8000-00000000000a'

test('a return URL names its place', () => {
  const place = (from: Parameters<typeof returnUrl>[1]) =>
    Object.fromEntries(new URL(returnUrl('https://charsu.example', from)).searchParams)
  expect(place({ conversationId: ID })).toEqual({ conversation: ID })
  expect(place('notices')).toEqual({ to: 'notices' })
})

test('wire contract §3: a return URL never has more than 200 characters', () => {
  const longest = `https://${'a'.repeat(63)}.${'b'.repeat(63)}.example:65535`
  for (const origin of [longest, 'https://charsu.example']) {
    expect(returnUrl(origin, { conversationId: ID }).length).toBeLessThanOrEqual(200)
    expect(returnUrl(origin, 'notices').length).toBeLessThanOrEqual(200)
  }
})
