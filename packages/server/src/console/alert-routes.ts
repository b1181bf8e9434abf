import * as Type from 'typebox'
import { AlertView, listAlerts, seeAlert } from '../apps/alerts.ts'
import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { named } from './named.ts'
import { numberCursor, pageOf, pageQuery } from './page-query.ts'

const ALERTS = '/console/v1/apps/:slug/alerts'

/** What an app's developer is told without having looked. */
export const alertRoutes = (deps: { db: Database }): Route[] => [
  route({
    method: 'GET',
    path: ALERTS,
    operation: 'Console_ListAlerts',
    summary: 'What happened to the app that its developer should know, the newest first',
    caller: 'developer',
    query: pageQuery(numberCursor, { name: 'seen', values: ['true', 'false'] }),
    answer: Type.Object({
      alerts: Type.Array(AlertView),
      next_cursor: Type.Union([Type.String(), Type.Null()]),
    }),
    handle: async ({ caller, params, query: { filter, cursor, limit } }) => {
      const alerts = await listAlerts(deps, { ...named(caller, params), seen: seenOf(filter), cursor, limit })
      const { page, next_cursor } = pageOf(alerts, limit, ({ id }) => id)
      return { alerts: page, next_cursor }
    },
  }),
  route({
    method: 'POST',
    path: `${ALERTS}/:alert_id/seen`,
    operation: 'Console_SeeAlert',
    summary: 'Mark an alert as seen',
    caller: 'developer',
    answer: AlertView,
    handle: ({ caller, params }) =>
      seeAlert(deps, { ...named(caller, params), alertId: numberCursor(params.alert_id ?? '') }),
  }),
]

const seenOf = (filter: 'true' | 'false' | undefined): boolean | undefined =>
  filter === undefined ? undefined : filter === 'true'
