import * as Type from 'typebox'
import type { DynamicActionRequest } from './dynamic-action.ts'
import { jsonObject } from './json-object.ts'
import type { SessionRequestV1, SessionRequestV2 } from './session-initialization.ts'

/** Bodies of the calls that ask an app what a click shall do (wire contract §3), for whoever receives or imitates them. */

const data = jsonObject("the action's data")
const Side = Type.Enum(['SUPPLY', 'DEMAND'])
const Person = Type.Object({ id: Type.String() })

/** Session initialization, version 2. */
export const SessionBodyV2 = Type.Unsafe<SessionRequestV2>(
  Type.Object({
    source: Type.String(),
    post_token: Type.Optional(Type.String()),
    conversation_id: Type.Optional(Type.String()),
    user_side: Type.Optional(Side),
    user_id: Type.String(),
    extra_data: data,
    provider_data: data,
    completion_url: Type.String(),
    return_url: Type.String(),
  }),
)

/** Session initialization, version 1. */
export const SessionBodyV1 = Type.Unsafe<SessionRequestV1>(
  Type.Object({
    extra_data: Type.Object({ provider_data: data }),
    callback_url: Type.String(),
    post_token: Type.Optional(Type.String()),
    user_id: Type.String(),
    peer_id: Type.String(),
    supplier: Person,
    demand: Person,
    conversation_id: Type.Optional(Type.String()),
  }),
)

/** A dynamic action. */
export const DynamicActionBody = Type.Unsafe<DynamicActionRequest>(
  Type.Object({
    touchpoint: Type.String(),
    post_token: Type.Optional(Type.String()),
    conversation_id: Type.Optional(Type.String()),
    user_side: Type.Optional(Side),
    extra_data: data,
    user_id: Type.String(),
  }),
)
