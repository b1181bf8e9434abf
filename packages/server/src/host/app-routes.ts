import { normalizer, type Parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { type Route, route } from '../http/route.ts'
import { appApprovalParser } from './app-approval.ts'
import { appOwnerParser, handAppOver } from './app-owner.ts'
import { type AppOverview, listApps, readApp } from './app-store.ts'
import { type DecideAppDeps, decideApp, unknownApp } from './approve-app.ts'

const PAGE = 100

const appsQueryParser: Parser<{ after: string }> = normalizer(
  Type.Object({
    after: Type.Optional(Type.String({ maxLength: 64, description: 'the last slug of a page' })),
  }),
  (value) => ({ after: (value as { after?: string }).after ?? '' }),
)

const appAnswer = ({ submitted_at, created_at, ...app }: AppOverview) => ({
  ...app,
  submitted_at: submitted_at?.toISOString() ?? null,
  created_at: created_at.toISOString(),
})

export const hostAppRoutes = (deps: DecideAppDeps): Route[] => [
  route({
    method: 'GET',
    path: '/host/v1/apps',
    operation: 'Host_ListApps',
    summary: 'List apps with what they ask for and what of it is approved, by slug, 100 at a time',
    caller: 'host',
    query: appsQueryParser,
    async handle({ query }) {
      const apps = await listApps(deps.db, query.after, PAGE + 1)
      return { apps: apps.slice(0, PAGE).map(appAnswer), has_more: apps.length > PAGE }
    },
  }),
  route({
    method: 'PUT',
    path: '/host/v1/apps/:slug/approval',
    operation: 'Host_ApproveApp',
    summary: 'Take an app into production with the scopes and permissions it may use, or take that back',
    caller: 'host',
    body: appApprovalParser,
    async handle({ params, body }) {
      const slug = params.slug ?? ''
      await decideApp(deps, slug, body)
      const app = await readApp(deps.db, slug)
      if (!app) throw unknownApp(slug)
      return appAnswer(app)
    },
  }),
  route({
    method: 'PUT',
    path: '/host/v1/apps/:slug/owner',
    operation: 'Host_HandAppOver',
    summary: 'Hand an app over to another developer',
    caller: 'host',
    body: appOwnerParser,
    handle: async ({ params, body }) => appAnswer(await handAppOver(deps.db, params.slug ?? '', body.owner)),
  }),
]
