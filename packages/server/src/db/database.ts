import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import type { Pool } from 'pg'
import type { Tables } from './tables.ts'

/** Ordinary statements, typed. The hot statements are SQL functions called on the pool itself. */
export type Database = Kysely<Tables>

/** What a writer takes first: it only ever runs inside its caller's transaction. */
export type Tx = Transaction<Tables>

export const createDatabase = (pool: Pool): Database =>
  new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
