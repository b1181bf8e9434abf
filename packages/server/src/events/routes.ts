import { subscriptionParser } from '@charsu/protocol/subscription'
import * as Type from 'typebox'
import { type Route, route } from '../http/route.ts'
import { type RegisterSubscriptionDeps, registerSubscription } from './register-subscription.ts'

export const eventRoutes = (deps: RegisterSubscriptionDeps): Route[] => [
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
]
