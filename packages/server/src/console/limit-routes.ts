import type { CallLimitDefaults } from '../access/call-limits.ts'
import { AppLimitsView, readAppLimits } from '../apps/app-limits.ts'
import { ownApp } from '../apps/own-app.ts'
import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { named } from './named.ts'

export interface LimitDeps {
  db: Database
  callLimitDefaults: CallLimitDefaults
}

/** How an app stands with its limits. */
export const limitRoutes = ({ db, callLimitDefaults }: LimitDeps): Route[] => [
  route({
    method: 'GET',
    path: '/console/v1/apps/:slug/limits',
    operation: 'Console_GetLimits',
    summary: 'How many calls the app may make in a minute and in a day, and how many of them it has made',
    caller: 'developer',
    answer: AppLimitsView,
    handle: async ({ caller, params }) => {
      const { slug } = await ownApp(db, named(caller, params))
      return (await readAppLimits(db, callLimitDefaults, [slug])).get(slug)
    },
  }),
]
