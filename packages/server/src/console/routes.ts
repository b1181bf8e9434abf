import * as Type from 'typebox'
import { ApiKeyView, createApiKey, listApiKeys, revokeApiKey } from '../apps/api-keys.ts'
import { newAppParser, type SettingsRules, settingsParser } from '../apps/app-settings.ts'
import { AppDetails, detailsOf } from '../apps/app-view.ts'
import { type AppsDeps, changeApp } from '../apps/change-app.ts'
import { createApp } from '../apps/create-app.ts'
import { ListedApp, listOwnApps } from '../apps/list-apps.ts'
import { newKeyParser } from '../apps/new-key-body.ts'
import { ownApp } from '../apps/own-app.ts'
import { rotateSecret } from '../apps/rotate-secret.ts'
import type { SecretKind } from '../apps/secrets.ts'
import { loadRecord } from '../apps/store.ts'
import { submitForApproval } from '../apps/submit-for-approval.ts'
import { type Route, route, shownOnce } from '../http/route.ts'
import type { UpsertPostsDeps } from '../marketplace/upsert-posts.ts'
import { alertRoutes } from './alert-routes.ts'
import { checkUrlRoutes } from './check-url-routes.ts'
import { developmentPostRoutes } from './development-post-routes.ts'
import { endpointRoutes } from './endpoint-routes.ts'
import { type LimitDeps, limitRoutes } from './limit-routes.ts'
import { named } from './named.ts'
import { replayRoutes } from './replay-routes.ts'
import { type TrafficDeps, trafficRoutes } from './traffic-routes.ts'
import type { UrlCheckDeps } from './try-app-url.ts'
import { usageRoutes } from './usage-routes.ts'

export interface ConsoleDeps
  extends AppsDeps,
    TrafficDeps,
    LimitDeps,
    UpsertPostsDeps,
    Pick<UrlCheckDeps, 'outbound' | 'checks'> {
  rules: SettingsRules
}

const APPS = '/console/v1/apps'
const APP = `${APPS}/:slug`

/** The console of app developers. Another developer's app is as unknown as one that does not exist. */
export const consoleRoutes = (deps: ConsoleDeps): Route[] => [
  route({
    method: 'GET',
    path: APPS,
    operation: 'Console_ListApps',
    summary: 'The developer’s apps',
    caller: 'developer',
    answer: Type.Object({ apps: Type.Array(ListedApp) }),
    handle: async ({ caller }) => ({ apps: await listOwnApps(deps, caller.userId) }),
  }),
  route({
    method: 'POST',
    path: APPS,
    operation: 'Console_CreateApp',
    summary: 'Make a development app; its two secrets are shown in this answer alone',
    caller: 'developer',
    body: newAppParser(deps.rules),
    answer: Type.Object({ app: AppDetails, client_secret: Type.String(), webhook_secret: Type.String() }),
    handle: async ({ caller, body }) =>
      shownOnce(await createApp(deps, { developerId: caller.userId, settings: body })),
  }),
  route({
    method: 'GET',
    path: APP,
    operation: 'Console_GetApp',
    summary: 'One app with all its settings',
    caller: 'developer',
    answer: AppDetails,
    handle: async ({ caller, params }) =>
      detailsOf(await loadRecord(deps.db, await ownApp(deps.db, named(caller, params)))),
  }),
  route({
    method: 'PATCH',
    path: APP,
    operation: 'Console_ChangeApp',
    summary: 'Change the settings that are sent; the others stay',
    caller: 'developer',
    body: settingsParser(deps.rules),
    answer: AppDetails,
    handle: ({ caller, params, body }) => changeApp(deps, { ...named(caller, params), settings: body }),
  }),
  route({
    method: 'POST',
    path: `${APP}/submit`,
    operation: 'Console_SubmitApp',
    summary: 'Ask the host to approve the app with its permissions and scopes',
    caller: 'developer',
    answer: AppDetails,
    handle: ({ caller, params }) => submitForApproval(deps, named(caller, params)),
  }),
  ...keyRoutes(deps),
  rotation(deps, 'oauth_client', 'oauth-client'),
  rotation(deps, 'webhook_signing', 'webhook-signing'),
  ...endpointRoutes(deps),
  ...developmentPostRoutes(deps),
  ...limitRoutes(deps),
  ...usageRoutes(deps),
  ...checkUrlRoutes(deps),
  ...alertRoutes(deps),
  ...trafficRoutes(deps),
  ...replayRoutes(deps),
]

const keyRoutes = (deps: ConsoleDeps): Route[] => [
  route({
    method: 'GET',
    path: `${APP}/keys`,
    operation: 'Console_ListKeys',
    summary: 'The app’s API keys by their first characters, revoked ones too',
    caller: 'developer',
    answer: Type.Object({ keys: Type.Array(ApiKeyView) }),
    handle: async ({ caller, params }) => ({ keys: await listApiKeys(deps, named(caller, params)) }),
  }),
  route({
    method: 'POST',
    path: `${APP}/keys`,
    operation: 'Console_CreateKey',
    summary: 'Make an API key; it is shown in this answer alone',
    caller: 'developer',
    body: newKeyParser,
    answer: Type.Object({ ...ApiKeyView.properties, key: Type.String() }),
    handle: async ({ caller, params, body: { name = '', permissions } }) =>
      shownOnce(await createApiKey(deps, { ...named(caller, params), name, permissions })),
  }),
  route({
    method: 'DELETE',
    path: `${APP}/keys/:key_id`,
    operation: 'Console_RevokeKey',
    summary: 'Revoke an API key: it stops working within a second everywhere',
    caller: 'developer',
    answer: ApiKeyView,
    handle: ({ caller, params }) =>
      revokeApiKey(deps, { ...named(caller, params), keyId: params.key_id ?? '' }),
  }),
]

const rotation = (deps: ConsoleDeps, kind: SecretKind, name: string): Route =>
  route({
    method: 'POST',
    path: `${APP}/secrets/${name}/rotate`,
    operation: kind === 'oauth_client' ? 'Console_RotateClientSecret' : 'Console_RotateWebhookSecret',
    summary: 'Make a new secret, shown in this answer alone; the one before works for 24 more hours',
    caller: 'developer',
    handle: async ({ caller, params }) =>
      shownOnce(await rotateSecret(deps, { ...named(caller, params), kind })),
  })
