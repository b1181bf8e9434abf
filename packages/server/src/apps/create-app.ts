import { quoted } from '@charsu/protocol/text-length'
import type { Database, Tx } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { NewApp } from './app-settings.ts'
import { type AppDetails, detailsOf } from './app-view.ts'
import { insertEndpoint } from './endpoint-store.ts'
import { addSecret } from './secrets.ts'
import {
  type AppRow,
  countDevelopmentApps,
  insertApp,
  loadRecord,
  replaceAskedNames,
  replaceTouchpoints,
} from './store.ts'
import { requireSessionUrl } from './touchpoints.ts'

/** Wire contract §12. */
const MAX_DEVELOPMENT_APPS = 10

export interface CreatedApp {
  app: AppDetails
  /** For the token endpoint; shown here and never again. */
  client_secret: string
  /** Signs what is sent to the app; shown here and never again. */
  webhook_secret: string
}

/**
 * A new development app with its secrets and its endpoint.
 * @throws 400 LOAD_WEBVIEW_SERVER_LINK without its URL, 409 when the slug is taken, 429 when the developer has 10 development apps (wire contract §12).
 */
export async function createApp({ db }: { db: Database }, input: AppToCreate): Promise<CreatedApp> {
  const made = await db.transaction().execute(async (tx) => {
    if ((await countDevelopmentApps(tx, input.developerId)) >= MAX_DEVELOPMENT_APPS) throw tooMany()
    const app = await insertNewApp(tx, input)
    const client_secret = await addSecret(tx, app.id, 'oauth_client')
    const webhook_secret = await addSecret(tx, app.id, 'webhook_signing')
    return { app, client_secret, webhook_secret }
  })
  return { ...made, app: detailsOf(await loadRecord(db, made.app)) }
}

export interface AppToCreate {
  developerId: string
  settings: NewApp
}

/** The app without any secret, however many its developer has; else throws as {@link createApp} does. */
export async function insertNewApp(tx: Tx, { developerId, settings }: AppToCreate): Promise<AppRow> {
  const { events_url, permissions = [], scopes = [], touchpoints = [], ...columns } = settings
  requireSessionUrl(touchpoints, columns.session_initialization_url, 'touchpoints')
  const app = await insertApp(tx, {
    identification_key: null,
    session_initialization_url: null,
    dynamic_action_url: null,
    avatar_url: null,
    ...columns,
    id: newId(),
    owner_id: developerId,
  })
  if (!app) throw taken(settings.slug)
  await insertEndpoint(tx, { id: newId(), appId: app.id, url: events_url ?? null })
  await replaceAskedNames(tx, 'app_permissions', app.id, permissions)
  await replaceAskedNames(tx, 'app_scopes', app.id, scopes)
  await replaceTouchpoints(tx, app.id, touchpoints)
  return app
}

const taken = (slug: string): ApiError =>
  new ApiError('ALREADY_EXISTS', `the slug ${quoted(slug)} is taken: choose another`, {
    reason: 'SLUG_TAKEN',
  })

const tooMany = (): ApiError =>
  new ApiError(
    'RESOURCE_EXHAUSTED',
    `you have ${MAX_DEVELOPMENT_APPS} development apps, the most one developer may have: reuse one, or have one approved`,
    { reason: 'TOO_MANY_DEVELOPMENT_APPS', metadata: { limit: String(MAX_DEVELOPMENT_APPS) } },
  )
