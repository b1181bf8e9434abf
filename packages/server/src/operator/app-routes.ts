import * as Type from 'typebox'
import type { CallLimitDefaults } from '../access/call-limits.ts'
import { pageOf } from '../console/page-query.ts'
import { appApprovalParser } from '../host/app-approval.ts'
import { callLimitsParser } from '../host/limit-app.ts'
import { type Route, route } from '../http/route.ts'
import { APP_STATES, type AppState, findApps } from './app-store.ts'
import { AppView, appView, ListedApp, listedApp } from './app-views.ts'
import { type ChangeAppDeps, decideAppAsOperator, limitAppAsOperator, requireApp } from './change-app.ts'
import { listQuery, NextCursor, nameCursor, searchText } from './list-query.ts'

export interface OperatorAppDeps extends ChangeAppDeps {
  callLimitDefaults: CallLimitDefaults
}

const APPS = '/operator/v1/apps'

const appsQuery = listQuery(
  nameCursor,
  {
    state: Type.Optional(Type.Enum([...APP_STATES])),
    q: searchText('words of the slug and the name'),
    owner: Type.Optional(Type.String({ description: 'host id of the developer' })),
  },
  (given) => ({ state: given('state') as AppState | undefined, search: given('q'), owner: given('owner') }),
)

export const appRoutes = (deps: OperatorAppDeps): Route[] => {
  const answer = async (slug: string) => appView(deps, await requireApp(deps.db, slug))
  return [
    route({
      method: 'GET',
      path: APPS,
      operation: 'Operator_ListApps',
      summary: 'All apps with what they ask for, by slug',
      caller: 'operator',
      query: appsQuery,
      answer: Type.Object({ apps: Type.Array(ListedApp), next_cursor: NextCursor }),
      handle: async ({ query: { limit, ...filter } }) => {
        const rows = await findApps(deps.db, { ...filter, limit: limit + 1 })
        const { page, next_cursor } = pageOf(rows, limit, ({ slug }) => slug)
        return { apps: page.map(listedApp), next_cursor }
      },
    }),
    route({
      method: 'GET',
      path: `${APPS}/:slug`,
      operation: 'Operator_GetApp',
      summary: 'One app: what it asks for, its pages, its limits, how its events URL fares',
      caller: 'operator',
      answer: AppView,
      handle: ({ params }) => answer(params.slug ?? ''),
    }),
    route({
      method: 'PUT',
      path: `${APPS}/:slug/approval`,
      operation: 'Operator_DecideApp',
      summary: 'Take an app into production with the scopes and permissions it may use, or take that back',
      caller: 'operator',
      body: appApprovalParser,
      answer: AppView,
      async handle({ caller, params, body: decision }) {
        const slug = params.slug ?? ''
        await decideAppAsOperator(deps, { operatorId: caller.userId, slug, decision })
        return answer(slug)
      },
    }),
    route({
      method: 'PUT',
      path: `${APPS}/:slug/limits`,
      operation: 'Operator_LimitApp',
      summary: 'Say how many calls an app may make in a minute and in a day',
      caller: 'operator',
      body: callLimitsParser,
      answer: AppView,
      async handle({ caller, params, body: limits }) {
        const slug = params.slug ?? ''
        await limitAppAsOperator(deps, { operatorId: caller.userId, slug, limits })
        return answer(slug)
      },
    }),
  ]
}
