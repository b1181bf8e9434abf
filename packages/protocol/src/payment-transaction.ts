import * as Type from 'typebox'

/** States of a payment, as the public description names them (wire contract §5). */
export const TRANSACTION_STATES = [
  'TRANSACTION_STATE_PENDING',
  'TRANSACTION_STATE_COMPLETED',
  'TRANSACTION_STATE_FAILED',
  'TRANSACTION_STATE_REFUNDED',
] as const

/** What was paid for. */
export const TRANSACTION_TYPES = [
  'TRANSACTION_TYPE_REORDER',
  'TRANSACTION_TYPE_SUBMIT',
  'TRANSACTION_TYPE_RENEW',
] as const

/** A payment that an app made for its user's post. */
export const PaymentTransaction = Type.Object({
  id: Type.String({ description: 'the id that the app gave it' }),
  app_slug: Type.String(),
  state: Type.Enum([...TRANSACTION_STATES]),
  type: Type.Enum([...TRANSACTION_TYPES]),
  /** As text, like every number of 64 bits. */
  cost_rials: Type.String({ pattern: '^[0-9]+$', description: 'a whole number of rials, as text' }),
  created_at: Type.String({ description: 'RFC 3339' }),
  extra_details: Type.Optional(Type.String({ description: 'what the app sent along' })),
})

/**
 * The event of a payment (wire contract §5): the transaction comes under both names. Charsu sends none by itself, for it
 * takes no payments; apps written for Kenar expect it.
 */
export const PaymentTransactionEvent = Type.Object({
  type: Type.Literal('PAYMENT_TRANSACTION'),
  transaction: PaymentTransaction,
  payment_transaction: PaymentTransaction,
})

export type PaymentTransaction = Type.Static<typeof PaymentTransaction>
export type PaymentTransactionEvent = Type.Static<typeof PaymentTransactionEvent>

export function paymentTransactionEvent(transaction: PaymentTransaction): PaymentTransactionEvent {
  return { type: 'PAYMENT_TRANSACTION', transaction, payment_transaction: transaction }
}
