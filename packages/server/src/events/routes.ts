import { subscriptionParser } from '@charsu/protocol/subscription'
import * as Type from 'typebox'
import { type Route, route } from '../http/route.ts'
import type { CallRules } from '../outbound/check-url.ts'
import { postConversationsParser } from './post-conversations-body.ts'
import { registerPostConversations } from './register-post-conversations.ts'
import { type RegisterSubscriptionDeps, registerSubscription } from './register-subscription.ts'

export interface EventRoutesDeps extends RegisterSubscriptionDeps {
  /** For the URLs of older subscriptions. */
  callRules: CallRules
}

export const eventRoutes = (deps: EventRoutesDeps): Route[] => [
  route({
    method: 'POST',
    path: '/v1/open-platform/events/subscriptions',
    operation: 'Events_RegisterEventSubscription',
    summary: 'Subscribe to new messages on the user’s posts, or to changes of the posts themselves',
    caller: 'app-with-user',
    permission: 'EVENTS_REGISTER_SUBSCRIPTION',
    body: subscriptionParser,
    answer: Type.Object({}),
    handle: ({ caller, body }) => registerSubscription(deps, { caller, request: body }),
  }),
  route({
    method: 'POST',
    path: '/v1/open-platform/notify/chat/post-conversations',
    operation: 'Notify_RegisterPostConversations',
    summary:
      'Hear of text messages about a post, at a URL and under a key named here; the older form of subscribing',
    caller: 'app-with-user',
    permission: 'EVENTS_REGISTER_SUBSCRIPTION',
    body: postConversationsParser(deps.callRules),
    answer: Type.Object({}),
    handle: ({ caller, body }) => registerPostConversations(deps, { caller, request: body }),
  }),
]
