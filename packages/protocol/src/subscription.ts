import * as Type from 'typebox'
import { postTokenFault } from './identifiers.ts'
import { dataFault, isJsonObject, type JsonObject, jsonObject } from './json-object.ts'
import { didYouMean } from './nearest.ts'
import { normalizer } from './parse.ts'
import { quoted } from './text-length.ts'

/** What an app can subscribe to (wire contract §4). */
export const SUBSCRIPTION_TYPES = ['NEW_MESSAGE_ON_POST', 'POST_UPDATE'] as const

/** Events that come by themselves, so that nobody looks for a way to subscribe to them. */
const WITHOUT_SUBSCRIPTION = new Set<unknown>(['NEW_CHATBOT_MESSAGE', 'USER_ACCESS_REVOCATION'])

export type SubscriptionType = (typeof SUBSCRIPTION_TYPES)[number]

export interface SubscriptionRequest {
  eventType: SubscriptionType
  /** A post_token; absent for all posts of the user. */
  resourceId?: string
  /** Echoed in each event; at most 4 KiB, empty when none was sent. */
  metadata: JsonObject
}

const metadata = jsonObject('your own data, echoed in each event: a JSON object of at most 4 KiB')

/** Body of `POST /v1/open-platform/events/subscriptions`. */
export const SubscriptionBody = Type.Object({
  event_type: Type.Optional(Type.String({ description: SUBSCRIPTION_TYPES.join(' or ') })),
  event_resource_id: Type.Optional(Type.String({ description: 'a post token; absent for all posts' })),
  metadata: Type.Optional(metadata),
  meta_data: Type.Optional(metadata),
})

/** Reads a subscription (wire contract §4); of `metadata` and the older `meta_data` the first wins. */
export const subscriptionParser = normalizer<SubscriptionRequest>(SubscriptionBody, (value, report) => {
  const body = isJsonObject(value) ? value : {}
  const eventType = SUBSCRIPTION_TYPES.find((type) => type === body.event_type)
  if (eventType === undefined) {
    const given = typeof body.event_type === 'string' && body.event_type !== '' ? body.event_type : undefined
    const but = WITHOUT_SUBSCRIPTION.has(given)
      ? 'which comes without subscription; here send'
      : 'but must be'
    const wrong = given === undefined ? 'is required; send' : `is ${quoted(given)}, ${but}`
    const hint = given === undefined ? '' : didYouMean(given, SUBSCRIPTION_TYPES)
    report('event_type', `${wrong} ${SUBSCRIPTION_TYPES.join(' or ')}.${hint}`)
  }
  for (const name of ['metadata', 'meta_data']) {
    const fault = body[name] === undefined ? undefined : dataFault(body[name])
    if (fault) report(name, fault)
  }
  const given = body.metadata ?? body.meta_data
  const request: SubscriptionRequest = {
    eventType: eventType ?? 'NEW_MESSAGE_ON_POST',
    metadata: isJsonObject(given) ? given : {},
  }
  const resource = body.event_resource_id
  if (typeof resource === 'string' && resource !== '') {
    const fault = postTokenFault(resource)
    if (fault) report('event_resource_id', fault)
    request.resourceId = resource
  }
  return request
})
