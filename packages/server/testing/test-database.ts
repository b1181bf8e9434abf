import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'
import { createPool } from '../src/db/pool.ts'
import { TEMPLATE, urlOfDatabase } from './database-names.ts'
import { silentLog } from './test-log.ts'

export interface TestDatabase extends AsyncDisposable {
  url: string
  pool: pg.Pool
  /** Ends the pool and removes the database, with whatever else is still connected to it. */
  drop(): Promise<void>
}

export interface TestDatabaseOptions {
  /** A database without any table, for tests of the migrations themselves. */
  empty?: boolean
  /** Connections of its pool, 10 by default; the server has 100 for all test files together. */
  max?: number
}

const OBJECT_IN_USE = '55006'
const RETRY_MS = 20

/** A migrated database of its own for one test file. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await withAdmin(serverUrl, (admin) => clone(admin, name, options.empty ? 'template0' : TEMPLATE))
  const url = urlOfDatabase(serverUrl, name)
  const pool = createPool({ url, max: options.max ?? 10, log: silentLog, applicationName: 'charsu test' })
  const drop = async (): Promise<void> => {
    if (!pool.ended) await pool.end()
    await withAdmin(serverUrl, (admin) => admin.query(`drop database if exists ${name} with (force)`))
  }
  return { url, pool, drop, [Symbol.asyncDispose]: drop }
}

async function clone(admin: pg.Client, name: string, template: string): Promise<void> {
  for (;;) {
    try {
      // Copied through the log, not by checkpoints: on a busy server a checkpoint for each clone takes long.
      await admin.query(`create database ${name} template ${template} strategy wal_log`)
      return
    } catch (error) {
      if ((error as pg.DatabaseError).code !== OBJECT_IN_USE) throw error
      await delay(RETRY_MS)
    }
  }
}

async function withAdmin<T>(url: string, use: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url, application_name: 'charsu test admin' })
  await admin.connect()
  try {
    return await use(admin)
  } finally {
    await admin.end()
  }
}
