import { randomBytes } from 'node:crypto'
import { SERVED_PERMISSIONS } from '@charsu/protocol/permissions'
import type { Tx } from '../db/database.ts'
import type { AppSettings } from './app-settings.ts'
import { type AppsDeps, writeAppSettings } from './change-app.ts'
import { insertNewApp } from './create-app.ts'
import {
  addMissing,
  type DevelopmentCredentials,
  livingCredentials,
  lockDevelopmentApp,
  readRecord,
  writeRecord,
} from './development-credentials.ts'
import { enableEndpoint, touchEndpoint } from './endpoint-store.ts'
import { adoptOwnCredentials, type OwnCredentials } from './own-credentials.ts'
import { type AppRow, askedNames, eventsUrlOf, findApp } from './store.ts'

/** An app of the developer's machine with all that its process needs to know. */
export interface DevelopmentAppView {
  app: AppRow
  eventsUrl: string | null
  credentials: DevelopmentCredentials
  url: string | null
  hostHeader: string | null
  /** Whether it was made at this call. */
  created: boolean
}

export interface DevelopmentAppInput {
  /** Finds the owner, or makes them, in the transaction that makes the app. */
  developerId(tx: Tx): Promise<string>
  slug: string
  /** What is not given stays as it is. */
  settings: Partial<AppSettings>
  url?: string | null
  hostHeader?: string | null
  /** What the app is configured with already; absent: as it was, or made here. */
  own?: OwnCredentials
}

/** Whoever tries calls by hand finds nothing in the way. */
export const DEVELOPMENT_PERMISSIONS: readonly string[] = SERVED_PERMISSIONS
export const DEVELOPMENT_SCOPES: readonly string[] = [
  'CONVERSATION_SEND_MESSAGE',
  'CHAT_MESSAGE_SEND',
  'CHAT_POST_CONVERSATIONS_READ',
  'CHAT_POST_CONVERSATIONS_MESSAGE_SEND',
  'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
  'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND',
  'CHAT_CONVERSATION_READ',
  'CHAT_BOT_USER_MESSAGE_SEND',
  'SEND_EVENT',
  'USER_ID',
  'USER_PHONE',
  'USER_POSTS_GET',
  'NOTIFICATION_ACCESS_REVOCATION',
  'offline_access',
]

const IDENTIFICATION_KEY_BYTES = 24

/**
 * Makes the app or finds it, with the settings that are given, and tells its credentials: the same at every call, in
 * clear, for which this is for development alone. What was revoked or rotated away since is made anew beside what the
 * developer has; an endpoint that was disabled is enabled, for whoever calls this is about to start the app.
 * The limit on development apps does not hold: on one's own machine each project has one.
 * @throws 409 when the slug is somebody else's, or a key of its own another app's.
 */
export async function putDevelopmentApp(
  { db, credentials }: AppsDeps,
  input: DevelopmentAppInput,
): Promise<DevelopmentAppView> {
  const view = await db.transaction().execute(async (tx) => {
    await lockDevelopmentApp(tx, input.slug)
    const owned = { ...input, developerId: await input.developerId(tx) }
    const found = await findApp(tx, owned.developerId, input.slug)
    return found ? await changeFound(tx, found, owned) : await make(tx, owned)
  })
  credentials.forget(`app:${view.app.id}`)
  return view
}

type OwnedInput = Omit<DevelopmentAppInput, 'developerId'> & { developerId: string }

async function make(tx: Tx, input: OwnedInput): Promise<DevelopmentAppView> {
  const app = await insertNewApp(tx, {
    developerId: input.developerId,
    settings: {
      display_name: input.slug,
      identification_key: newIdentificationKey(),
      permissions: [...DEVELOPMENT_PERMISSIONS],
      scopes: [...DEVELOPMENT_SCOPES],
      ...input.settings,
      slug: input.slug,
    },
  })
  return await complete(tx, app, { ...input, alive: {}, created: true })
}

async function changeFound(tx: Tx, found: AppRow, input: OwnedInput): Promise<DevelopmentAppView> {
  const { developerId, slug } = input
  const asked = await askedNames(tx, found.id)
  const settings: Partial<AppSettings> = {
    permissions: [...new Set([...asked.permissions, ...DEVELOPMENT_PERMISSIONS])],
    scopes: [...new Set([...asked.scopes, ...DEVELOPMENT_SCOPES])],
    ...(found.identification_key === null && { identification_key: newIdentificationKey() }),
    ...input.settings,
  }
  const app = await writeAppSettings(tx, { developerId, slug, settings })
  await enableEndpoint(tx, { appId: app.id, dropHeld: false })
  const known = await readRecord(tx, slug)
  const alive = known ? await livingCredentials(tx, app.id, known) : {}
  const { url = known?.url ?? null, hostHeader = known?.hostHeader ?? null } = input
  const { own = {} } = input
  return await complete(tx, app, { slug, url, hostHeader, own, alive, created: false })
}

interface Completion extends Pick<DevelopmentAppInput, 'slug' | 'url' | 'hostHeader' | 'own'> {
  alive: Partial<DevelopmentCredentials>
  created: boolean
}

async function complete(
  tx: Tx,
  app: AppRow,
  { slug, url = null, hostHeader = null, own = {}, alive, created }: Completion,
): Promise<DevelopmentAppView> {
  const permissions = DEVELOPMENT_PERMISSIONS
  await adoptOwnCredentials(tx, app, { own, permissions })
  const credentials = await addMissing(tx, app, { alive: { ...alive, ...own }, permissions })
  if (alive.webhookSecret === undefined) await touchEndpoint(tx, app.id)
  await writeRecord(tx, slug, { ...credentials, url, hostHeader })
  return { app, eventsUrl: await eventsUrlOf(tx, app.id), credentials, url, hostHeader, created }
}

const newIdentificationKey = (): string => randomBytes(IDENTIFICATION_KEY_BYTES).toString('base64url')
