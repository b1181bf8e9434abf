import type { DynamicActionRequest } from '@charsu/protocol/dynamic-action'
import type { FieldViolation } from '@charsu/protocol/errors'
import { type JsonObject, jsonObject } from '@charsu/protocol/json-object'
import { type Parser, parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { CallRefusedError } from './app-errors.ts'
import type { SessionFacts } from './contexts/session-context.ts'

const data = jsonObject("the button's data")
const UserSide = Type.Enum(['SUPPLY', 'DEMAND'])

const dynamicAction = parser(
  Type.Object({
    touchpoint: Type.Optional(Type.String()),
    post_token: Type.Optional(Type.String()),
    conversation_id: Type.Optional(Type.String()),
    user_side: Type.Optional(UserSide),
    extra_data: Type.Optional(data),
    user_id: Type.String(),
  }),
)

const sessionV2 = parser(
  Type.Object({
    source: Type.Optional(Type.String()),
    post_token: Type.Optional(Type.String()),
    conversation_id: Type.Optional(Type.String()),
    user_side: Type.Optional(UserSide),
    user_id: Type.String(),
    extra_data: Type.Optional(data),
    provider_data: Type.Optional(data),
    completion_url: Type.Optional(Type.String()),
    return_url: Type.Optional(Type.String()),
  }),
)

const person = Type.Optional(Type.Object({ id: Type.Optional(Type.String()) }))

const sessionV1 = parser(
  Type.Object({
    extra_data: Type.Optional(Type.Object({ provider_data: Type.Optional(data) })),
    callback_url: Type.Optional(Type.String()),
    post_token: Type.Optional(Type.String()),
    user_id: Type.String(),
    supplier: person,
    demand: person,
    conversation_id: Type.Optional(Type.String()),
  }),
)

/**
 * Reads a click on a dynamic action (wire contract §3); an empty text is as good as none.
 * @throws CallRefusedError
 */
export function readAction(body: JsonObject): DynamicActionRequest {
  const { touchpoint, post_token, conversation_id, user_side, extra_data, user_id } = parsed(
    dynamicAction,
    'dynamic action',
    withoutEmpty(body),
  )
  return {
    touchpoint: touchpoint ?? 'CHAT',
    ...(post_token !== undefined && { post_token }),
    ...(conversation_id !== undefined && { conversation_id }),
    ...(user_side !== undefined && { user_side }),
    extra_data: extra_data ?? {},
    user_id,
  }
}

/**
 * Reads a session initialization of either version (wire contract §3): version 2 says so in API-Version.
 * @throws CallRefusedError
 */
export function readSession(apiVersion: string | null, body: JsonObject): SessionFacts {
  return apiVersion === '2' ? readV2(withoutEmpty(body)) : readV1(withoutEmpty(body))
}

function readV2(body: JsonObject): SessionFacts {
  const session = parsed(sessionV2, 'session initialization of version 2', body)
  const returnUrl = session.return_url ?? session.completion_url
  if (returnUrl === undefined) throw missing('version 2', 'return_url')
  const { user_side } = session
  return {
    version: 2,
    source: session.source,
    userId: session.user_id,
    side: user_side === undefined ? undefined : user_side === 'SUPPLY' ? 'seller' : 'buyer',
    postToken: session.post_token,
    conversationId: session.conversation_id,
    returnUrl,
    data: session.extra_data ?? session.provider_data ?? {},
  }
}

function readV1(body: JsonObject): SessionFacts {
  const session = parsed(sessionV1, 'session initialization of version 1 (no API-Version header came)', body)
  if (session.callback_url === undefined)
    throw missing('version 1 (no API-Version header came)', 'callback_url')
  const { user_id: userId } = session
  const side =
    session.supplier?.id === userId ? 'seller' : session.demand?.id === userId ? 'buyer' : undefined
  return {
    version: 1,
    source: undefined,
    userId,
    side,
    postToken: session.post_token,
    conversationId: session.conversation_id,
    returnUrl: session.callback_url,
    data: session.extra_data?.provider_data ?? {},
  }
}

const missing = (version: string, field: string): CallRefusedError =>
  new CallRefusedError(
    400,
    `the body is no session initialization of ${version}: ${field} is required`,
    'set the version of sessions on the app’s page in the developer console, and let a proxy in between pass API-Version on',
  )

const withoutEmpty = (body: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== ''))

function parsed<T>(shape: Parser<T>, name: string, body: JsonObject): T {
  const result = shape.parse(body)
  if (result.ok) return result.value
  const faults = result.violations.map(({ field, description }: FieldViolation) => `${field} ${description}`)
  throw new CallRefusedError(400, `the body is no ${name}: ${faults.join('; ')}`)
}
