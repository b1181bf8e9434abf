import { postTokenFault } from '@charsu/protocol/identifiers'
import { normalizer, type Parser } from '@charsu/protocol/parse'
import { checkText } from '@charsu/protocol/send-message'
import * as Type from 'typebox'

/** A person writes. */
export const textParser: Parser<{ text: string }> = normalizer<{ text: string }>(
  Type.Object({ text: Type.Optional(Type.String({ description: '1 to 4096 characters' })) }),
  (value, report) => {
    const { text = '' } = value as { text?: unknown }
    return { text: typeof text === 'string' ? checkText(text, 'text', report) : '' }
  },
)

/** A person has read up to, and with, this message. */
export const readParser: Parser<{ sequence: number }> = normalizer<{ sequence: number }>(
  Type.Object({ sequence: Type.Integer({ minimum: 0, description: 'of the last message read' }) }),
  (value, report) => {
    const { sequence } = value as { sequence?: unknown }
    if (typeof sequence === 'number' && !Number.isSafeInteger(sequence)) {
      report('sequence', 'must be the sequence of a message, a whole number from 0')
    }
    return { sequence: typeof sequence === 'number' ? sequence : 0 }
  },
)

/** A buyer opens the conversation about a post. */
export const openParser: Parser<{ postToken: string }> = normalizer<{ postToken: string }>(
  Type.Object({ post_token: Type.Optional(Type.String({ description: 'the post to ask about' })) }),
  (value, report) => {
    const { post_token: token = '' } = value as { post_token?: unknown }
    const fault = typeof token === 'string' ? postTokenFault(token) : undefined
    if (fault) report('post_token', fault)
    return { postToken: typeof token === 'string' ? token : '' }
  },
)

/** A person clicks a button, counted from 0 in their own grid. */
export const clickParser: Parser<{ row: number; column: number }> = normalizer<{
  row: number
  column: number
}>(
  Type.Object({
    row: Type.Integer({ minimum: 0, maximum: 2, description: 'counted from 0' }),
    column: Type.Integer({ minimum: 0, maximum: 2, description: 'counted from 0, within the row' }),
  }),
  (value) => value as { row: number; column: number },
)
