import { signWebhook, verifyWebhook, webhookSecret } from '@charsu/protocol/webhook-signature'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSigner } from './signer.ts'

const secrets = fc.uint8Array({ minLength: 24, maxLength: 64 }).map((bytes) => webhookSecret(bytes))

test('a signature is to the letter that of the Standard Webhooks library, for every secret and body', () => {
  const signer = createSigner()
  fc.assert(
    fc.property(
      fc.array(secrets, { minLength: 1, maxLength: 2 }),
      fc.string({ unit: 'grapheme' }),
      fc.integer({ min: 0, max: 4_000_000_000 }),
      (inForce, body, timestamp) => {
        const input = { id: 'evt_1', timestamp, body, secrets: inForce }
        const ours = signWebhook(input, signer)
        expect(ours).toEqual(signWebhook(input))
        expect(verifyWebhook({ headers: { ...ours }, body, secrets: inForce, now: timestamp })).toEqual({
          ok: true,
        })
      },
    ),
  )
})
