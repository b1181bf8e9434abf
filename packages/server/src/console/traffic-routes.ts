import type { AppUserIds } from '../access/app-user-ids.ts'
import { type OwnApp, ownApp } from '../apps/own-app.ts'
import type { Database } from '../db/database.ts'
import { type DeliveryView, findDelivery, listDeliveries } from '../delivery/list-deliveries.ts'
import type { EventRendering } from '../delivery/render-event.ts'
import { resendDelivery } from '../delivery/resend.ts'
import { ApiError, type HelpUrl } from '../errors.ts'
import { type Route, route } from '../http/route.ts'
import { deliveriesQuery } from './deliveries-query.ts'
import { named } from './named.ts'
import { numberCursor, pageOf, pageQuery, uuidCursor } from './page-query.ts'
import { listClicks, listSubscriptions } from './store.ts'
import { clickView, deliveryDetails, deliverySummary, subscriptionView } from './traffic-views.ts'

export interface TrafficDeps {
  db: Database
  userIds: AppUserIds
  media: EventRendering['media']
  helpUrl: HelpUrl
}

const APP = '/console/v1/apps/:slug'
const CLICK_OUTCOMES = ['opened', 'toast', 'done', 'failed'] as const

/** What an app's developer can see of the traffic with their app, and do about it. */
export const trafficRoutes = (deps: TrafficDeps): Route[] => {
  const { db, userIds, helpUrl } = deps
  return [
    route({
      method: 'GET',
      path: `${APP}/deliveries`,
      operation: 'Console_ListDeliveries',
      summary: 'The app’s deliveries, the newest first',
      caller: 'developer',
      query: deliveriesQuery(),
      handle: async ({ caller, params, query: { filter: state, cursor, limit, search } }) => {
        const app = await ownApp(db, named(caller, params))
        const found = await listDeliveries(db, { appId: app.id, state, cursor, limit, filter: search })
        return {
          deliveries: found.deliveries.map((delivery) => deliverySummary(delivery, helpUrl)),
          next_cursor: found.nextCursor === null ? null : String(found.nextCursor),
        }
      },
    }),
    route({
      method: 'GET',
      path: `${APP}/deliveries/:delivery_id`,
      operation: 'Console_GetDelivery',
      summary: 'One delivery, with what was sent and answered at each attempt',
      caller: 'developer',
      handle: async ({ caller, params }) =>
        deliveryDetails(await ownDelivery(deps, named(caller, params), params.delivery_id), helpUrl),
    }),
    route({
      method: 'POST',
      path: `${APP}/deliveries/:delivery_id/resend`,
      operation: 'Console_ResendDelivery',
      summary: 'Send a finished delivery once more, with the same webhook-id and body',
      caller: 'developer',
      handle: async ({ caller, params }) => {
        const app = await ownApp(db, named(caller, params))
        const deliveryId = numberCursor(params.delivery_id ?? '') ?? unknownDelivery()
        return { delivery_id: String(await resendDelivery(db, { appId: app.id, deliveryId })) }
      },
    }),
    route({
      method: 'GET',
      path: `${APP}/clicks`,
      operation: 'Console_ListClicks',
      summary: 'Clicks on the app’s buttons, with the cause and the fix of those that failed',
      caller: 'developer',
      query: pageQuery(uuidCursor, { name: 'outcome', values: CLICK_OUTCOMES }),
      handle: async ({ caller, params, query: { filter, cursor, limit } }) => {
        const app = await ownApp(db, named(caller, params))
        const rows = await listClicks(db, { appId: app.id, outcome: filter, cursor, limit: limit + 1 })
        const { page, next_cursor } = pageOf(rows, limit, (row) => row.id)
        return { clicks: page.map((row) => clickView(row, userIds, helpUrl)), next_cursor }
      },
    }),
    route({
      method: 'GET',
      path: `${APP}/subscriptions`,
      operation: 'Console_ListSubscriptions',
      summary: 'The subscriptions that still hear events, the newest first',
      caller: 'developer',
      query: pageQuery(uuidCursor),
      handle: async ({ caller, params, query: { cursor, limit } }) => {
        const app = await ownApp(db, named(caller, params))
        const rows = await listSubscriptions(db, { appId: app.id, cursor, limit: limit + 1 })
        const { page, next_cursor } = pageOf(rows, limit, (row) => row.id)
        return { subscriptions: page.map((row) => subscriptionView(row, app.id, userIds)), next_cursor }
      },
    }),
  ]
}

async function ownDelivery(deps: TrafficDeps, own: OwnApp, id: string | undefined): Promise<DeliveryView> {
  const app = await ownApp(deps.db, own)
  const deliveryId = numberCursor(id ?? '') ?? unknownDelivery()
  return (await findDelivery(deps.db, deps, { appId: app.id, deliveryId })) ?? unknownDelivery()
}

function unknownDelivery(): never {
  throw new ApiError('NOT_FOUND', 'this app has no such delivery: take an id from its list of deliveries', {
    reason: 'DELIVERY_NOT_FOUND',
  })
}
