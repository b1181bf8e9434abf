import { jsonObject } from '@charsu/protocol/json-object'
import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { resendDelivery } from '../delivery/resend.ts'
import { ApiError } from '../errors.ts'
import { type Route, route } from '../http/route.ts'
import { TriggerAnswer } from './answers.ts'
import { TRIGGER_CALLS, type TriggerDeps, triggerApp } from './trigger-app.ts'
import { appOfDelivery } from './trigger-store.ts'

export interface TriggerRouteDeps extends TriggerDeps {
  onDeliveriesDue(): void
}

const triggerParser = parser(
  Type.Object({
    call: Type.Enum([...TRIGGER_CALLS], { description: 'which of the app’s URLs is called' }),
    session_version: Type.Optional(
      Type.Union([Type.Literal(1), Type.Literal(2)], { description: 'the app’s own when absent' }),
    ),
    body: jsonObject('what the app is sent, as it is'),
  }),
)

export const triggerRoutes = (deps: TriggerRouteDeps): Route[] => [
  route({
    method: 'POST',
    path: '/dev/v1/apps/:slug/trigger',
    operation: 'Development_TriggerApp',
    summary: 'Call the app once as the platform would, and tell what it answered',
    caller: 'local',
    body: triggerParser,
    answer: TriggerAnswer,
    handle: ({ params: { slug = '' }, body: { call, session_version: sessionVersion, body } }) =>
      triggerApp(deps, { slug, call, sessionVersion, body }),
  }),
  route({
    method: 'POST',
    path: '/dev/v1/deliveries/:delivery_id/resend',
    operation: 'Development_ResendDelivery',
    summary: 'Send a finished delivery once more, with the same webhook-id and body',
    caller: 'local',
    answer: Type.Object({ delivery_id: Type.String({ description: 'of the new delivery' }) }),
    handle: async ({ params: { delivery_id: given = '' } }) => {
      const deliveryId = /^\d{1,15}$/.test(given) ? Number(given) : null
      const appId = deliveryId === null ? null : await appOfDelivery(deps.db, deliveryId)
      if (deliveryId === null || appId === null) throw unknownDelivery()
      const resent = await resendDelivery(deps.db, { appId, deliveryId })
      deps.onDeliveriesDue()
      return { delivery_id: String(resent) }
    },
  }),
]

const unknownDelivery = (): ApiError =>
  new ApiError(
    'NOT_FOUND',
    'there is no such delivery: GET /dev/v1/traffic names deliveries in refs.delivery_id',
    { reason: 'DELIVERY_NOT_FOUND' },
  )
