import { EVENT_TYPES } from '@charsu/protocol/events'
import * as Type from 'typebox'
import { attemptReason } from '../console/attempt-reason.ts'
import { numberCursor } from '../console/page-query.ts'
import type { Database } from '../db/database.ts'
import { DELIVERY_STATES } from '../delivery/list-deliveries.ts'
import { ApiError, type HelpUrl } from '../errors.ts'
import { type Route, route } from '../http/route.ts'
import { requireApp } from './change-app.ts'
import {
  type AttemptRow,
  DELIVERY_LISTS,
  type DeliveryList,
  type DeliveryRow,
  findDeliveries,
  readDelivery,
} from './delivery-store.ts'
import { listQuery, NextCursor, OrNull, readTime, Time, timeText } from './list-query.ts'

export interface OperatorDeliveryDeps {
  db: Database
  helpUrl: HelpUrl
}

const DELIVERIES = '/operator/v1/deliveries'

export const ListedDelivery = Type.Object({
  id: Type.String(),
  app: Type.Object({ slug: Type.String(), display_name: Type.String() }),
  event_type: Type.String(),
  state: Type.Enum([...DELIVERY_STATES]),
  reason: OrNull(Type.String()),
  help: OrNull(Type.String({ description: 'where the cause and the fix are written' })),
  replay: Type.Boolean(),
  created_at: Time,
  finished_at: OrNull(Time),
  next_attempt_at: OrNull(Time),
  attempts_made: Type.Integer(),
})
export type ListedDelivery = Type.Static<typeof ListedDelivery>

export const DeliveryView = Type.Object({
  ...ListedDelivery.properties,
  attempts: Type.Array(
    Type.Object({
      attempt: Type.Integer(),
      started_at: Time,
      duration_ms: Type.Number(),
      outcome: Type.String(),
      status: OrNull(Type.Integer()),
      error: OrNull(Type.String()),
      help: OrNull(Type.String()),
    }),
    { description: 'without what was sent and answered, which only the app’s developer sees' },
  ),
})
export type DeliveryView = Type.Static<typeof DeliveryView>

const deliveriesQuery = listQuery(
  numberCursor,
  {
    list: Type.Optional(Type.Enum([...DELIVERY_LISTS], { description: 'dead by default' })),
    app: Type.Optional(Type.String({ description: 'slug' })),
    event_type: Type.Optional(Type.Enum([...EVENT_TYPES])),
    reason: Type.Optional(Type.String({ maxLength: 100 })),
    from: timeText('RFC 3339; made then or later'),
    to: timeText('RFC 3339; made before'),
  },
  (given, report) => ({
    list: (given('list') ?? 'dead') as DeliveryList,
    app: given('app'),
    eventType: given('event_type'),
    reason: given('reason'),
    from: readTime(given('from'), 'from', report),
    to: readTime(given('to'), 'to', report),
  }),
)

const listed = (row: DeliveryRow, helpUrl: HelpUrl): ListedDelivery => ({
  id: String(row.id),
  app: row.app,
  event_type: row.eventType,
  state: row.state,
  reason: row.reason,
  help: row.reason === null ? null : helpUrl(row.reason),
  replay: row.replay,
  created_at: row.createdAt.toISOString(),
  finished_at: row.finishedAt?.toISOString() ?? null,
  next_attempt_at: row.nextAttemptAt?.toISOString() ?? null,
  attempts_made: row.attemptsMade,
})

const attemptView = (attempt: AttemptRow, helpUrl: HelpUrl) => {
  const reason = attemptReason(attempt)
  return {
    attempt: attempt.attempt,
    started_at: new Date(attempt.startedAt).toISOString(),
    duration_ms: attempt.durationMs,
    outcome: attempt.outcome,
    status: attempt.status,
    error: attempt.error,
    help: reason === null ? null : helpUrl(reason),
  }
}

/** Deliveries of all apps. */
export const deliveryRoutes = ({ db, helpUrl }: OperatorDeliveryDeps): Route[] => [
  route({
    method: 'GET',
    path: DELIVERIES,
    operation: 'Operator_ListDeliveries',
    summary: 'Dead or waiting deliveries of all apps, the newest first',
    caller: 'operator',
    query: deliveriesQuery,
    answer: Type.Object({
      deliveries: Type.Array(ListedDelivery, {
        description: 'may be few or none while there is a next_cursor: then go on from it',
      }),
      next_cursor: NextCursor,
    }),
    handle: async ({ query: { app: slug, ...filter } }) => {
      const app = slug === undefined ? null : await requireApp(db, slug)
      const { rows, nextCursor } = await findDeliveries(db, { ...filter, app })
      return {
        deliveries: rows.map((row) => listed(row, helpUrl)),
        next_cursor: nextCursor === null ? null : String(nextCursor),
      }
    },
  }),
  route({
    method: 'GET',
    path: `${DELIVERIES}/:delivery_id`,
    operation: 'Operator_GetDelivery',
    summary: 'One delivery with how each attempt went, without what it says',
    caller: 'operator',
    answer: DeliveryView,
    handle: async ({ params }): Promise<DeliveryView> => {
      const id = numberCursor(params.delivery_id ?? '')
      const row = id === undefined ? null : await readDelivery(db, id)
      if (!row) throw unknownDelivery()
      return { ...listed(row, helpUrl), attempts: row.attempts.map((each) => attemptView(each, helpUrl)) }
    },
  }),
]

const unknownDelivery = (): ApiError =>
  new ApiError('NOT_FOUND', 'there is no such delivery: take an id from the list of deliveries', {
    reason: 'DELIVERY_NOT_FOUND',
  })
