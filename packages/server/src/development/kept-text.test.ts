import { expect, test } from 'vitest'
import { newSecret } from '../ids.ts'
import { keptBody, keptHeaders, keptUrl, MOST_KEPT_BYTES } from './kept-text.ts'
import { SecretMask } from './mask-secrets.ts'

const plain = { mask: (text: string): string => text }
const secretless = { mask: (text: string): string => new SecretMask({}).text(text) }

test('the beginning of a long body is kept, without half a letter, and said to be cut', () => {
  const { body, truncated } = keptBody('🙂'.repeat(10_000), plain)
  expect(truncated).toBe(true)
  expect(Buffer.byteLength(body ?? '')).toBe(MOST_KEPT_BYTES)
  expect(body).toMatch(/^(?:🙂)*$/u)
  expect(keptBody('short', plain)).toEqual({ body: 'short' })
  expect(keptBody('cut before', { ...plain, truncated: true })).toEqual({
    body: 'cut before',
    truncated: true,
  })
  expect(keptBody(null, plain)).toEqual({ body: null })
})

test('what PostgreSQL cannot hold is replaced, bytes that are no text too', () => {
  expect(keptBody('a\0b\ud800', plain).body).toBe('a\ufffdb\ufffd')
  expect(keptBody(Buffer.from([0x61, 0xff, 0xfe, 0]), plain).body).toBe('a\ufffd\ufffd\ufffd')
})

test('no part of a secret is left where a body is cut', () => {
  const secret = newSecret('ca')
  for (let before = MOST_KEPT_BYTES - 60; before < MOST_KEPT_BYTES; before++) {
    const { body } = keptBody(`${'x'.repeat(before)} ${secret}`, secretless)
    expect(body).not.toContain(secret.slice(0, 9))
  }
})

test('a body of many megabytes made of secrets alone leaves none', () => {
  const secret = newSecret('ca')
  const { body } = keptBody(Buffer.from(`${secret} `.repeat(50_000)), secretless)
  expect(body).not.toContain(secret.slice(0, 9))
})

test('headers are bounded in number and in length, and so is the URL', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x-${i}`, 'v'.repeat(50_000)]))
  const kept = Object.entries(keptHeaders(many))
  expect(kept).toHaveLength(64)
  expect(kept.every(([, value]) => value.length <= 1_025)).toBe(true)
  expect(keptUrl(`/${'u'.repeat(100_000)}`).length).toBeLessThan(5_000)
})
