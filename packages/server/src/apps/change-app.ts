import { type InvalidationKind, recordInvalidation } from '../access/invalidations.ts'
import type { Database, Tx } from '../db/database.ts'
import type { AppSettings } from './app-settings.ts'
import { type AppDetails, detailsOf } from './app-view.ts'
import { changeEndpointUrl, touchEndpoint } from './endpoint-store.ts'
import { type OwnApp, ownAppLocked } from './own-app.ts'
import {
  type AppRow,
  listTouchpoints,
  loadRecord,
  narrowKeys,
  replaceAskedNames,
  replaceTouchpoints,
  updateApp,
} from './store.ts'
import { requireSessionUrl } from './touchpoints.ts'

export interface AppsDeps {
  db: Database
  /** Drops cached credentials on this node at once; the others follow within a second. */
  credentials: { forget(tag: `${InvalidationKind}:${string}`): void }
}

/**
 * Changes the settings that are given. A changed events URL or identification key is in force at the next attempt
 * on every node (wire contract §5); a permission given up is taken from the app's keys.
 * @throws 400 LOAD_WEBVIEW_SERVER_LINK without its URL, 404 for an app that is not the developer's.
 */
export async function changeApp({ db, credentials }: AppsDeps, input: AppChange): Promise<AppDetails> {
  const app = await db.transaction().execute((tx) => writeAppSettings(tx, input))
  credentials.forget(`app:${app.id}`)
  return detailsOf(await loadRecord(db, app))
}

export type AppChange = OwnApp & { settings: Partial<AppSettings> }

/** The same in the caller's transaction; afterwards this node's credentials are the caller's to forget. */
export async function writeAppSettings(tx: Tx, { settings, ...named }: AppChange): Promise<AppRow> {
  const { events_url, permissions, scopes, touchpoints, ...columns } = settings
  const { id, session_initialization_url: urlBefore } = await ownAppLocked(tx, named)
  const { session_initialization_url: url = urlBefore } = columns
  if (touchpoints) requireSessionUrl(touchpoints, url, 'touchpoints')
  else if (url !== urlBefore) {
    requireSessionUrl(await listTouchpoints(tx, id), url, 'session_initialization_url')
  }
  if (permissions) {
    await replaceAskedNames(tx, 'app_permissions', id, permissions)
    await narrowKeys(tx, id, permissions)
  }
  if (scopes) await replaceAskedNames(tx, 'app_scopes', id, scopes)
  if (touchpoints) await replaceTouchpoints(tx, id, touchpoints)
  if (events_url !== undefined) await changeEndpointUrl(tx, id, events_url)
  if (columns.identification_key !== undefined) await touchEndpoint(tx, id)
  await recordInvalidation(tx, 'app', id)
  return await updateApp(tx, id, columns)
}
