import { postTokenFault } from '@charsu/protocol/identifiers'
import { isJsonObject } from '@charsu/protocol/json-object'
import { normalizer, type Parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { HUMAN_MESSAGE_FIELDS, type HumanMessage, readHumanMessage } from '../conversations/human-message.ts'

/** A person writes. */
export const myMessageParser: Parser<HumanMessage> = normalizer<HumanMessage>(
  Type.Object(HUMAN_MESSAGE_FIELDS),
  (value, report) => readHumanMessage(isJsonObject(value) ? value : {}, report),
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
