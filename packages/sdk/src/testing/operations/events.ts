import type { Parser } from '@charsu/protocol/parse'
import { type NoticeToSend, parseSendEvent, SendEventBody } from '@charsu/protocol/send-event'
import { type SubscriptionRequest, subscriptionParser } from '@charsu/protocol/subscription'
import { type Operation, operation, tokenOf } from '../operation.ts'
import { invalidArgument, Refusal, requireScope } from '../refusal.ts'
import type { AccessToken, World } from '../world.ts'

/** Query and body are read together (wire contract §6), so neither can be refused alone. */
const asSent: Parser<unknown> = { schema: SendEventBody, parse: (value) => ({ ok: true, value }) }

/** Subscriptions and notices (wire contract §4 and §6). */
export const eventOperations: readonly Operation[] = [
  operation({
    id: 'Events_RegisterEventSubscription',
    method: 'POST',
    paths: ['/v1/open-platform/events/subscriptions'],
    caller: 'app-with-user',
    permission: 'EVENTS_REGISTER_SUBSCRIPTION',
    body: subscriptionParser,
    handle({ world, known }, call) {
      const token = tokenOf(call)
      requireSubscriptionScope(world, token, call.body)
      if (known.eventsUrl === null) throw noEventsUrl()
      subscribe(world, token, call.body)
      return {}
    },
  }),
  operation({
    id: 'Events_SendEvent',
    method: 'POST',
    paths: ['/experimental/open-platform/events/send'],
    caller: 'app-with-user',
    permission: 'EVENTS_SEND',
    body: asSent,
    handle({ world }, call) {
      const token = tokenOf(call)
      const read = parseSendEvent(call.query, call.body)
      if (!read.ok) throw invalidArgument(read.violations)
      requireScope(token, ['SEND_EVENT'])
      const { userId } = token.consent
      const { message, primaryButton: primary, secondaryButton: secondary, target } = read.value
      const postToken = targetPost(world, userId, target)
      world.notices.push({ id: world.ids.uuid(), userId, message, postToken, primary, secondary })
      return {}
    },
  }),
]

/** The same app, user, type and resource replaces metadata and expiry. */
export function subscribe(world: World, token: AccessToken, request: SubscriptionRequest): void {
  const { userId } = token.consent
  const postToken = request.resourceId ?? null
  for (const each of world.subscriptions) {
    if (each.userId === userId && each.type === request.eventType && each.postToken === postToken) {
      each.hasEnded = true
    }
  }
  const { eventType: type, metadata } = request
  world.subscriptions.push({
    id: world.ids.uuid(),
    userId,
    type,
    postToken,
    token,
    metadata,
    hasEnded: false,
  })
}

function requireSubscriptionScope(
  world: World,
  token: AccessToken,
  { eventType, resourceId }: SubscriptionRequest,
): void {
  const all = 'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ'
  const ofPost = `CHAT_POST_CONVERSATIONS_READ.${resourceId}`
  if (eventType === 'POST_UPDATE') requireScope(token, ['USER_POSTS_GET'])
  else if (resourceId === undefined) requireScope(token, [all])
  else requireScope(token, [ofPost, all])
  if (resourceId === undefined) return
  const post = world.posts.get(resourceId)
  if (post?.ownerId === token.consent.userId) return
  if (!post && eventType !== 'POST_UPDATE' && token.scopes.has(ofPost)) {
    throw new Refusal('NOT_FOUND', `the post ${resourceId} is no longer there: subscribe to another`, {
      reason: 'POST_UNKNOWN',
    })
  }
  throw postNotOwned(resourceId)
}

export const postNotOwned = (token: string): Refusal =>
  new Refusal(
    'PERMISSION_DENIED',
    `the post ${token} is none of the user’s: what the user granted covers the user’s own posts`,
    { reason: 'POST_NOT_OWNED', metadata: { post_token: token } },
  )

const noEventsUrl = (): Refusal =>
  new Refusal(
    'FAILED_PRECONDITION',
    'the app has no events URL, so no event could reach it: set its events URL in the console, then subscribe again',
    { reason: 'EVENTS_URL_MISSING' },
  )

function targetPost(world: World, userId: string, target: NoticeToSend['target']): string | undefined {
  if (target.type === 'USER') {
    if (target.id === undefined || target.id === userId) return undefined
    throw foreignTarget('is not the token’s user: leave target_resource_id out, or send that user’s id')
  }
  if (world.posts.get(target.id)?.ownerId === userId) return target.id
  throw foreignTarget('is no post of the token’s user: name one of theirs')
}

const foreignTarget = (what: string): Refusal =>
  new Refusal('PERMISSION_DENIED', `target_resource_id ${what}`, { reason: 'TARGET_NOT_OWNED' })
