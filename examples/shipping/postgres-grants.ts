import { parseScope } from '@charsu/protocol/scopes'
import type { Grant, GrantStore } from '@charsu/sdk'

/** What is needed of a database: a `Pool` of `pg` has it. */
export interface Queries {
  query(text: string, values?: unknown[]): Promise<{ rows: GrantRow[]; rowCount: number | null }>
}

interface GrantRow {
  id: string
  user_id: string | null
  scopes: string[]
  access_token: string
  refresh_token: string | null
  expires_at: number
  side: 'seller' | 'buyer' | null
  version: number
}

/** Run it when the app starts. `position` is the order in which grants were first saved. */
export const GRANTS_TABLE = `
  -- Two processes that start at once must not both make it.
  select pg_advisory_xact_lock(hashtext('charsu_grants'));
  create table if not exists charsu_grants (
    id text primary key,
    position bigint generated always as identity,
    user_id text,
    scopes text[] not null,
    -- In one spelling, to find them by.
    canonical_scopes text[] not null,
    access_token text not null,
    refresh_token text,
    expires_at double precision not null,
    side text,
    version integer not null
  );
  create index if not exists charsu_grants_by_user on charsu_grants (user_id);
  create index if not exists charsu_grants_by_scope on charsu_grants using gin (canonical_scopes);
  create index if not exists charsu_grants_by_end on charsu_grants (expires_at);
`

const INSERT = `
  insert into charsu_grants
    (id, user_id, scopes, canonical_scopes, access_token, refresh_token, expires_at, side, version)
  values ($1, $2, $3, $4, $5, $6, $7, $8, 1)
  on conflict (id) do nothing`

const UPDATE = `
  update charsu_grants
  set user_id = $2, scopes = $3, canonical_scopes = $4, access_token = $5, refresh_token = $6, expires_at = $7,
    side = $8, version = version + 1
  where id = $1 and version = $9`

/**
 * Grants in PostgreSQL, for an app of several processes. Tokens stand in the table as they are, so let nobody else read
 * it.
 */
export class PostgresGrants implements GrantStore {
  readonly #db: Queries

  constructor(db: Queries) {
    this.#db = db
  }

  async get(id: string): Promise<Grant | undefined> {
    const [grant] = await this.#find('id = $1', id)
    return grant
  }

  /** One statement decides who was first, in whatever process. */
  async save(grant: Grant): Promise<boolean> {
    const { id, userId, scopes, accessToken, refreshToken, expiresAt, side, version } = grant
    const values = [id, userId, scopes, scopes.map(canonical), accessToken, refreshToken, expiresAt, side]
    const { rowCount } =
      version === 0
        ? await this.#db.query(INSERT, values)
        : await this.#db.query(UPDATE, [...values, version])
    return rowCount === 1
  }

  async delete(id: string): Promise<void> {
    await this.#db.query('delete from charsu_grants where id = $1', [id])
  }

  ofUser(userId: string): Promise<Grant[]> {
    return this.#find('user_id = $1', userId)
  }

  withAnyScope(scopes: string[]): Promise<Grant[]> {
    return this.#find('canonical_scopes && $1', scopes.map(canonical))
  }

  expiringBefore(time: number): Promise<Grant[]> {
    return this.#find('expires_at < $1', time)
  }

  async #find(condition: string, value: unknown): Promise<Grant[]> {
    const text = `select * from charsu_grants where ${condition} order by position`
    const { rows } = await this.#db.query(text, [value])
    return rows.map(grantOf)
  }
}

const grantOf = (row: GrantRow): Grant => ({
  id: row.id,
  ...(row.user_id !== null && { userId: row.user_id }),
  scopes: row.scopes,
  accessToken: row.access_token,
  ...(row.refresh_token !== null && { refreshToken: row.refresh_token }),
  expiresAt: row.expires_at,
  ...(row.side !== null && { side: row.side }),
  version: row.version,
})

/** All spellings of one scope are equal here. */
function canonical(text: string): string {
  const read = parseScope(text)
  return read.ok ? read.scope.canonical : text
}
