import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { AppLimitsView, readAppLimits } from '../apps/app-limits.ts'
import { ownApp } from '../apps/own-app.ts'
import { readUsage, USAGE_SPANS, type UsageRow, type UsageSpan } from '../apps/usage-store.ts'
import { type Route, route } from '../http/route.ts'
import type { LimitDeps } from './limit-routes.ts'
import { named } from './named.ts'

const BY = ['hour', 'day'] as const satisfies readonly UsageSpan[]

const Count = Type.Integer({ minimum: 0 })

const UsageView = Type.Object({
  by: Type.Enum([...BY]),
  limits: AppLimitsView,
  series: Type.Array(
    Type.Object({
      from: Type.String({ format: 'date-time' }),
      calls: Type.Object({
        accepted: Count,
        refused: Count,
        limit: Type.Union([Type.Integer(), Type.Null()], { description: 'most calls of one such span' }),
      }),
      deliveries: Type.Object({ delivered: Count, failed: Count, dead: Count }),
    }),
  ),
})
export type UsageView = Type.Static<typeof UsageView>

/** How much an app did, over time. */
export const usageRoutes = ({ db, callLimitDefaults }: LimitDeps): Route[] => [
  route({
    method: 'GET',
    path: '/console/v1/apps/:slug/usage',
    operation: 'Console_GetUsage',
    summary: `The app’s calls and deliveries of the last ${USAGE_SPANS.hour} hours or ${USAGE_SPANS.day} days, against its limits`,
    caller: 'developer',
    query: parser(Type.Object({ by: Type.Optional(Type.Enum([...BY])) })),
    answer: UsageView,
    handle: async ({ caller, params, query: { by = 'hour' } }): Promise<UsageView> => {
      const app = await ownApp(db, named(caller, params))
      const [rows, limits] = await Promise.all([
        readUsage(db, { appId: app.id, by }),
        readAppLimits(db, callLimitDefaults, [app.slug]),
      ])
      const its = limits.get(app.slug)!
      const limit = mostOf(by, its)
      return { by, limits: its, series: rows.map((row) => pointOf(row, limit)) }
    },
  }),
]

const MINUTES = { hour: 60, day: 1440 } as const

/** Whichever of the two limits comes first. */
function mostOf(by: UsageSpan, { per_minute, per_day }: AppLimitsView): number | null {
  const limits = [per_minute.limit === null ? null : per_minute.limit * MINUTES[by], per_day.limit]
  const known = limits.filter((limit) => limit !== null)
  return known.length === 0 ? null : Math.min(...known)
}

const pointOf = (row: UsageRow, limit: number | null): UsageView['series'][number] => ({
  from: row.from.toISOString(),
  calls: { accepted: row.accepted, refused: row.refused, limit },
  deliveries: { delivered: row.delivered, failed: row.failed, dead: row.dead },
})
