import { loadApiKey } from '../access/credentials.ts'
import type { Database } from '../db/database.ts'
import { clientSecretEnd, findClient, type OAuthClient } from './store.ts'

export type AuthenticatedClient = { ok: true; client: OAuthClient } | { ok: false; description: string }

/**
 * The app that a client_id and client_secret belong to. While a secret is being rotated the older one works until
 * its end; an API key is no client secret here.
 */
export async function authenticateClient(
  db: Database,
  input: { clientId: string; clientSecret: string; now: number },
): Promise<AuthenticatedClient> {
  const client = await findClient(db, input.clientId)
  if (!client) return { ok: false, description: UNKNOWN_CLIENT }
  const end = await clientSecretEnd(db, client.id, input.clientSecret)
  if (end === undefined) return { ok: false, description: wrongSecret(client.slug, input.clientSecret) }
  if (end !== null && end.getTime() <= input.now) return { ok: false, description: ROTATED }
  return { ok: true, client }
}

/** The same for the older exchange, where an API key of the app is its client secret (wire contract §7). */
export async function authenticateByApiKey(
  db: Database,
  input: { clientId: string; clientSecret: string },
): Promise<AuthenticatedClient> {
  const client = await findClient(db, input.clientId)
  if (!client) return { ok: false, description: UNKNOWN_CLIENT }
  const key = await loadApiKey(db, input.clientSecret)
  if (key?.appId === client.id) return { ok: true, client }
  return {
    ok: false,
    description: `client_secret is no API key of the app ${client.slug}: send a key that is listed as active in the console`,
  }
}

const UNKNOWN_CLIENT = 'client_id is not the slug of an app: see it in the console'

const ROTATED = 'client_secret was rotated and its overlap has ended: use the newer one'

function wrongSecret(slug: string, secret: string): string {
  const isApiKey = secret.startsWith('ck_')
  return isApiKey
    ? 'client_secret holds an API key: send the OAuth client secret that the console showed'
    : `client_secret is not that of the app ${slug}: rotate it in the console if it is lost`
}
