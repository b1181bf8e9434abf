import { isJsonObject } from '@charsu/protocol/json-object'
import { checkText, MAX_MESSAGE_LENGTH } from '@charsu/protocol/message-input'
import type { Report } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import type { MessageBody } from '../db/message-body.ts'

/** What a person sends: a text, an uploaded file under its token, a place, or somebody's phone number. */
export type HumanMessage =
  | { text: string }
  | { mediaToken: string }
  | { location: NonNullable<MessageBody['location']> }
  | { contact: NonNullable<MessageBody['contact']> }

const MAX_NAME_LENGTH = 100
/** As people write numbers, in any of the digits in use. */
const PHONE = /^\+?(?:[\s().-]*[0-9۰-۹٠-٩]){3,20}[\s().-]*$/

/** Members of a body that holds a person's message: exactly one of them. */
export const HUMAN_MESSAGE_FIELDS = {
  text: Type.Optional(Type.String({ description: `a text of 1 to ${MAX_MESSAGE_LENGTH} characters` })),
  media_token: Type.Optional(Type.String({ maxLength: 255, description: 'an uploaded file' })),
  location: Type.Optional(
    Type.Object({
      latitude: Type.Number({ minimum: -90, maximum: 90, description: 'degrees from -90 to 90' }),
      longitude: Type.Number({ minimum: -180, maximum: 180, description: 'degrees from -180 to 180' }),
    }),
  ),
  contact: Type.Optional(
    Type.Object({
      name: Type.Optional(Type.String({ maxLength: MAX_NAME_LENGTH })),
      phone: Type.String({
        maxLength: 64,
        pattern: PHONE.source,
        description: 'a phone number of 3 to 20 digits',
      }),
    }),
  ),
}

const KINDS = ['text', 'media_token', 'location', 'contact'] as const
const CHOICE = 'send one of text, media_token, location and contact'

/** Reads the one that is there; wrong types inside are the schema's to report. */
export function readHumanMessage(body: Readonly<Record<string, unknown>>, report: Report): HumanMessage {
  const given = KINDS.filter((kind) => body[kind] !== undefined && body[kind] !== '')
  const [kind] = given
  if (given.length > 1)
    report(given[1]!, `stands beside ${given[0]}; ${CHOICE}, each as a message of its own`)
  else if (kind === undefined) report('text', `is required, or another kind of message: ${CHOICE}`)
  const { text = '', media_token: token, location, contact } = body
  if (kind === 'media_token') return { mediaToken: String(token) }
  if (kind === 'location' && isJsonObject(location)) {
    return { location: { latitude: Number(location.latitude), longitude: Number(location.longitude) } }
  }
  if (kind === 'contact' && isJsonObject(contact)) {
    const name = typeof contact.name === 'string' && contact.name.trim() !== '' ? contact.name : undefined
    return { contact: { ...(name !== undefined && { name }), phone: String(contact.phone) } }
  }
  return { text: kind === 'text' && typeof text === 'string' ? checkText(text, 'text', report) : '' }
}
