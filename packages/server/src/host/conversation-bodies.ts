import { PostTokenSchema } from '@charsu/protocol/identifiers'
import { isJsonObject } from '@charsu/protocol/json-object'
import { normalizer, type Parser, parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { HUMAN_MESSAGE_FIELDS, type HumanMessage, readHumanMessage } from '../conversations/human-message.ts'
import { isUuid } from '../ids.ts'
import { HostIdSchema } from './user-rows.ts'

const OpenConversation = Type.Object({
  post_token: PostTokenSchema,
  /** Host id of the buyer. */
  buyer: HostIdSchema,
  /** The host's own id for it, a UUID of any version. */
  conversation_id: Type.Optional(Type.String({ description: 'a UUID' })),
})

export const openConversationParser = parser(OpenConversation, (value) => {
  const id = isJsonObject(value) ? value.conversation_id : undefined
  if (typeof id !== 'string' || isUuid(id)) return []
  const description = `is ${JSON.stringify(id.slice(0, 60))}, but must be a UUID of any version`
  return [{ field: 'conversation_id', description }]
})

export interface WrittenMessage {
  /** Host id of the participant who writes. */
  sender: string
  message: HumanMessage
}

export const writtenMessageParser: Parser<WrittenMessage> = normalizer(
  Type.Object({ sender: HostIdSchema, ...HUMAN_MESSAGE_FIELDS }),
  (value, report) => {
    const body = isJsonObject(value) ? value : {}
    return { sender: String(body.sender), message: readHumanMessage(body, report) }
  },
)

const MAX_PAGE = 100
const DEFAULT_PAGE = 50

const wholeNumber = (description: string) =>
  Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$', description }))

const PageQuery = Type.Object({
  before: wholeNumber('a sequence; messages below it are listed'),
  after: wholeNumber('a sequence; messages above it are listed'),
  limit: wholeNumber(`a number from 1 to ${MAX_PAGE}`),
})

export interface MessagePageQuery {
  before: number | undefined
  after: number | undefined
  limit: number
}

export const messagePageParser: Parser<MessagePageQuery> = normalizer(PageQuery, (value, report) => {
  const { before, after, limit } = value as Type.Static<typeof PageQuery>
  const page = {
    before: before === undefined ? undefined : Number(before),
    after: after === undefined ? undefined : Number(after),
    limit: limit === undefined ? DEFAULT_PAGE : Number(limit),
  }
  if (page.limit < 1 || page.limit > MAX_PAGE) report('limit', `must be a number from 1 to ${MAX_PAGE}`)
  return page
})
