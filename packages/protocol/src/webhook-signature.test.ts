import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { signWebhook, verifyWebhook, webhookSecret } from './webhook-signature.ts'

const NOW = 1_800_000_000
const older = webhookSecret(new Uint8Array(32).fill(1))
const newer = webhookSecret(new Uint8Array(32).fill(2))
const stranger = webhookSecret(new Uint8Array(32).fill(3))
const signed = { id: 'dlv_1', timestamp: NOW, body: '{"type":"NEW_MESSAGE"}' }

const bytes = fc.uint8Array({ minLength: 24, maxLength: 64 })
const facts = fc.record({
  id: fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/),
  timestamp: fc.integer({ min: 1, max: 4_000_000_000 }),
  body: fc.string({ unit: 'grapheme' }),
})

describe('a signature', () => {
  test('is the one that the Standard Webhooks library makes and accepts', () => {
    const now = Math.floor(Date.now() / 1000)
    const headers = signWebhook({ ...signed, timestamp: now, secrets: [newer] })
    expect(new Webhook(newer).verify(signed.body, { ...headers })).toEqual({ type: 'NEW_MESSAGE' })
  })

  test('is made with every secret in force, and either verifies', () => {
    const headers = signWebhook({ ...signed, secrets: [newer, older] })
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2)
    for (const secret of [newer, older]) {
      expect(
        verifyWebhook({ headers: { ...headers }, body: signed.body, secrets: [secret], now: NOW }),
      ).toEqual({ ok: true })
    }
    const verdict = verifyWebhook({
      headers: { ...headers },
      body: signed.body,
      secrets: [stranger],
      now: NOW,
    })
    expect(verdict).toEqual({ ok: false, reason: 'NO_MATCH' })
  })

  test('verifies for whatever was signed', () => {
    fc.assert(
      fc.property(bytes, facts, (random, input) => {
        const secrets = [webhookSecret(random)]
        const headers = signWebhook({ ...input, secrets })
        expect(
          verifyWebhook({ headers: { ...headers }, body: input.body, secrets, now: input.timestamp }),
        ).toEqual({ ok: true })
      }),
    )
  })

  test('fails when any bit of id, time, signature or body is flipped', () => {
    const part = fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature', 'body' as const)
    fc.assert(
      fc.property(bytes, facts, part, fc.nat(), fc.nat(6), (random, input, where, at, bit) => {
        const secrets = [webhookSecret(random)]
        const original: Record<string, string> = {
          ...signWebhook({ ...input, secrets }),
          body: `x${input.body}`,
        }
        const headers = signWebhook({ ...input, body: `x${input.body}`, secrets })
        const text = original[where] ?? ''
        const flipped = flip(text, at % text.length, bit)
        const changed: Record<string, string> = { ...headers, body: original.body ?? '', [where]: flipped }
        const { body = '', ...changedHeaders } = changed
        expect(
          verifyWebhook({ headers: changedHeaders, body, secrets, now: input.timestamp, tolerance: 1e12 }).ok,
        ).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['a header left out', { 'webhook-id': undefined }, 'MISSING_HEADERS'],
    ['a header given twice', { 'webhook-signature': ['v1,a', 'v1,b'] }, 'MISSING_HEADERS'],
    ['a time that is no number', { 'webhook-timestamp': '18e8' }, 'BAD_TIMESTAMP'],
    ['a time with a leading zero', { 'webhook-timestamp': `0${NOW}` }, 'BAD_TIMESTAMP'],
    ['a time too long ago', { 'webhook-timestamp': String(NOW - 301) }, 'TOO_OLD'],
    ['a time too far ahead', { 'webhook-timestamp': String(NOW + 301) }, 'TOO_NEW'],
    ['another version of signature', { 'webhook-signature': 'v2,abc' }, 'NO_MATCH'],
  ])('is refused with %s', (_, change, reason) => {
    const headers = { ...signWebhook({ ...signed, secrets: [newer] }), ...change }
    expect(verifyWebhook({ headers, body: signed.body, secrets: [newer], now: NOW })).toEqual({
      ok: false,
      reason,
    })
  })
})

test('a secret is whsec_ and base64, and never of too few bytes', () => {
  expect(newer).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/)
  expect(() => webhookSecret(new Uint8Array(23))).toThrow(RangeError)
})

function flip(text: string, at: number, bit: number): string {
  const unit = String.fromCharCode(text.charCodeAt(at) ^ (1 << bit))
  return text.slice(0, at) + unit + text.slice(at + 1)
}
