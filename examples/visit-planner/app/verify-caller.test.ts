import { signWebhook, webhookSecret } from '@charsu/protocol/webhook-signature'
import { describe, expect, test } from 'vitest'
import { verifyCaller } from './verify-caller.ts'

const settings = { identificationKey: 'key-of-the-tests', webhookSecret: webhookSecret(new Uint8Array(32)) }
const NOW = 1_800_000_000_000
const body = '{"type":"NEW_MESSAGE"}'

const signed = (overrides: Record<string, string> = {}): Headers =>
  new Headers({
    authorization: settings.identificationKey,
    ...signWebhook({ id: 'evt_1', timestamp: NOW / 1000, body, secrets: [settings.webhookSecret] }),
    ...overrides,
  })

describe('a call is believed', () => {
  test('when it holds the identification key and signed these very bytes a moment ago', () => {
    expect(verifyCaller(settings, { headers: signed(), body, now: NOW })).toEqual({ ok: true })
  })

  test.each([
    ['another key', signed({ authorization: 'key-of-the-testt' }), body, NOW],
    ['a shorter key', signed({ authorization: 'key' }), body, NOW],
    ['no signature', new Headers({ authorization: settings.identificationKey }), body, NOW],
    ['a changed body', signed(), `${body} `, NOW],
    ['another id', signed({ 'webhook-id': 'evt_2' }), body, NOW],
    ['an old timestamp', signed(), body, NOW + 600_000],
  ])('but not with %s', (_what, headers, text, now) => {
    expect(verifyCaller(settings, { headers, body: text, now })).toMatchObject({ ok: false, status: 401 })
  })
})
