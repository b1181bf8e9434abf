import { normalizer, type Parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import type { CallLimitDefaults } from '../access/call-limits.ts'
import { readAppLimits } from '../apps/app-limits.ts'
import { type Route, route } from '../http/route.ts'
import { appApprovalParser } from './app-approval.ts'
import { appOwnerParser, handAppOver } from './app-owner.ts'
import { type AppOverview, listApps, readApp } from './app-store.ts'
import { type DecideAppDeps, decideApp, unknownApp } from './approve-app.ts'
import { callLimitsParser, limitApp } from './limit-app.ts'

export interface HostAppDeps extends DecideAppDeps {
  callLimitDefaults: CallLimitDefaults
}

const PAGE = 100

const appsQueryParser: Parser<{ after: string }> = normalizer(
  Type.Object({
    after: Type.Optional(Type.String({ maxLength: 64, description: 'the last slug of a page' })),
  }),
  (value) => ({ after: (value as { after?: string }).after ?? '' }),
)

async function appAnswers({ db, callLimitDefaults }: HostAppDeps, apps: readonly AppOverview[]) {
  const slugs = apps.map(({ slug }) => slug)
  const limits = await readAppLimits(db, callLimitDefaults, slugs)
  return apps.map(({ submitted_at, created_at, ...app }) => ({
    ...app,
    submitted_at: submitted_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
    limits: limits.get(app.slug),
  }))
}

async function appAnswer(deps: HostAppDeps, slug: string) {
  const app = await readApp(deps.db, slug)
  if (!app) throw unknownApp(slug)
  return (await appAnswers(deps, [app]))[0]
}

export const hostAppRoutes = (deps: HostAppDeps): Route[] => [
  route({
    method: 'GET',
    path: '/host/v1/apps',
    operation: 'Host_ListApps',
    summary: 'List apps with what they ask for and what of it is approved, by slug, 100 at a time',
    caller: 'host',
    query: appsQueryParser,
    async handle({ query }) {
      const apps = await listApps(deps.db, query.after, PAGE + 1)
      return { apps: await appAnswers(deps, apps.slice(0, PAGE)), has_more: apps.length > PAGE }
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
      return appAnswer(deps, slug)
    },
  }),
  route({
    method: 'PUT',
    path: '/host/v1/apps/:slug/limits',
    operation: 'Host_LimitApp',
    summary: 'Say how many calls an app may make in a minute and in a day',
    caller: 'host',
    body: callLimitsParser,
    async handle({ params, body }) {
      const slug = params.slug ?? ''
      await limitApp(deps, slug, body)
      return appAnswer(deps, slug)
    },
  }),
  route({
    method: 'PUT',
    path: '/host/v1/apps/:slug/owner',
    operation: 'Host_HandAppOver',
    summary: 'Hand an app over to another developer',
    caller: 'host',
    body: appOwnerParser,
    handle: async ({ params, body }) =>
      (await appAnswers(deps, [await handAppOver(deps.db, params.slug ?? '', body.owner)]))[0],
  }),
]
