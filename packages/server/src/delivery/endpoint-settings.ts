import type { Pool } from 'pg'
import type { Clock } from '../clock.ts'

/** What a call to an endpoint is made with. */
export interface EndpointSettings {
  appId: string
  revision: number
  url: string | null
  identificationKey: string | null
  /** Webhook signing secrets in force, the newest first: two while one is being rotated out. */
  signingSecrets: string[]
}

interface Row {
  app_id: string
  revision: number
  url: string | null
  identification_key: string | null
  secrets: { secret: string; expires_at: number | null }[]
}

interface Entry {
  settings: Omit<EndpointSettings, 'signingSecrets'>
  secrets: Row['secrets']
}

const MAX_ENTRIES = 10_000

const STATEMENT = {
  name: 'endpoint_settings',
  text: `select e.app_id, e.revision, e.url, coalesce(e.identification_key, a.identification_key) as identification_key,
    coalesce((
    select jsonb_agg(jsonb_build_object('secret', s.signing_secret,
      'expires_at', (extract(epoch from s.expires_at) * 1000)::bigint) order by s.created_at desc, s.id desc)
    from app_secrets s where s.app_id = a.id and s.kind = 'webhook_signing'), '[]') as secrets
  from endpoints e join apps a on a.id = e.app_id where e.id = $1`,
}

/**
 * Endpoint settings by id and revision. Every lease comes with the revision that its endpoint has at that moment,
 * so a changed URL, key or secret is in force at the next lease, without any message between nodes.
 */
export class EndpointSettingsCache {
  readonly #pool: Pick<Pool, 'query'>
  readonly #clock: Pick<Clock, 'now'>
  readonly #entries = new Map<string, Entry>()
  readonly #loading = new Map<string, Promise<Entry | undefined>>()

  constructor(deps: { pool: Pick<Pool, 'query'>; clock: Pick<Clock, 'now'> }) {
    this.#pool = deps.pool
    this.#clock = deps.clock
  }

  /** The settings of this revision or a newer one; undefined when the endpoint is gone. */
  async get(endpointId: string, revision: number): Promise<EndpointSettings | undefined> {
    const known = this.#entries.get(endpointId)
    const entry =
      known && known.settings.revision >= revision ? known : await this.#load(endpointId, revision)
    if (!entry) return undefined
    const now = this.#clock.now()
    const inForce = entry.secrets.filter(({ expires_at }) => expires_at === null || expires_at > now)
    return { ...entry.settings, signingSecrets: inForce.map(({ secret }) => secret) }
  }

  /** Attempts that start together share one query; a query that began under an older revision is not reused. */
  #load(endpointId: string, revision: number): Promise<Entry | undefined> {
    const key = `${endpointId} ${revision}`
    const underWay = this.#loading.get(key)
    if (underWay) return underWay
    const loading = this.#query(endpointId).finally(() => this.#loading.delete(key))
    this.#loading.set(key, loading)
    return loading
  }

  async #query(endpointId: string): Promise<Entry | undefined> {
    const { rows } = await this.#pool.query<Row>({ ...STATEMENT, values: [endpointId] })
    const row = rows[0]
    if (!row) return undefined
    const entry: Entry = {
      settings: {
        appId: row.app_id,
        revision: row.revision,
        url: row.url,
        identificationKey: row.identification_key,
      },
      secrets: row.secrets,
    }
    const known = this.#entries.get(endpointId)
    // A slower query may come back with what was true before.
    if (known && known.settings.revision > row.revision) return known
    const oldest = this.#entries.keys().next()
    if (!known && this.#entries.size >= MAX_ENTRIES && !oldest.done) this.#entries.delete(oldest.value)
    this.#entries.set(endpointId, entry)
    return entry
  }
}
