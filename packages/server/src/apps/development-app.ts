import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { livingCredentials, lockDevelopmentApp, readRecord } from './development-credentials.ts'
import { putDevelopmentApp } from './put-development-app.ts'
import { eventsUrlOf, findApp } from './store.ts'

/** Where the example app listens unless it is told otherwise. */
export const DEVELOPMENT_APP_URL = 'http://127.0.0.1:4500'
export const DEVELOPMENT_APP_SLUG = 'visit-planner'

/** What the example app needs to run; a credential that its developer has changed since is not known, and null. */
export interface DevelopmentApp {
  clientId: string
  clientSecret: string | null
  apiKey: string | null
  identificationKey: string | null
  webhookSecret: string | null
  /** The app's own origin. */
  url: string
  eventsUrl: string
}

const EVENTS_URL = `${DEVELOPMENT_APP_URL}/charsu/events`

/**
 * The app of `examples/visit-planner`, made at the first start in development; later starts give the same
 * credentials, and leave alone what was changed. Several nodes that start at once make one app.
 * @returns null when somebody else's app has its name.
 */
export async function openDevelopmentApp(
  db: Database,
  { developerId }: { developerId: string },
): Promise<DevelopmentApp | null> {
  return (await findMade(db, developerId)) ?? (await makeApp(db, developerId))
}

/** Null when it is not there, or without a record of its credentials. */
async function findMade(db: Database, developerId: string): Promise<DevelopmentApp | null> {
  return await db.transaction().execute(async (tx) => {
    await lockDevelopmentApp(tx, DEVELOPMENT_APP_SLUG)
    const app = await findApp(tx, developerId, DEVELOPMENT_APP_SLUG)
    const record = app && (await readRecord(tx, DEVELOPMENT_APP_SLUG))
    if (!record) return null
    const alive = await livingCredentials(tx, app.id, record)
    return {
      clientId: DEVELOPMENT_APP_SLUG,
      clientSecret: alive.clientSecret ?? null,
      apiKey: alive.apiKey ?? null,
      identificationKey: app.identification_key,
      webhookSecret: alive.webhookSecret ?? null,
      url: record.url ?? DEVELOPMENT_APP_URL,
      eventsUrl: (await eventsUrlOf(tx, app.id)) ?? EVENTS_URL,
    }
  })
}

async function makeApp(db: Database, developerId: string): Promise<DevelopmentApp | null> {
  try {
    const { app, credentials } = await putDevelopmentApp(
      { db, credentials: { forget() {} } },
      {
        developerId: async () => developerId,
        slug: DEVELOPMENT_APP_SLUG,
        url: DEVELOPMENT_APP_URL,
        settings: {
          display_name: 'برنامه‌ریز بازدید',
          description: 'زمان بازدید را میان خریدار و فروشنده هماهنگ می‌کند.',
          // The older of the two is where the example of earlier versions waits.
          redirect_uris: [`${DEVELOPMENT_APP_URL}/charsu/callback`, `${DEVELOPMENT_APP_URL}/callback`],
          events_url: EVENTS_URL,
          session_initialization_url: `${DEVELOPMENT_APP_URL}/charsu/sessions`,
          dynamic_action_url: `${DEVELOPMENT_APP_URL}/charsu/actions`,
        },
      },
    )
    return {
      clientId: DEVELOPMENT_APP_SLUG,
      ...credentials,
      identificationKey: app.identification_key,
      url: DEVELOPMENT_APP_URL,
      eventsUrl: EVENTS_URL,
    }
  } catch (error) {
    if (error instanceof ApiError && error.codeName === 'ALREADY_EXISTS') return null
    throw error
  }
}
