import type { Pool } from 'pg'
import type { Clock } from '../clock.ts'
import { type Backlog, readBacklog } from './backlog.ts'

/** What the database says when it is asked for metrics and readiness. */
export type DatabaseReading =
  | { up: false }
  | {
      up: true
      /** Number of the newest migration that was applied; 0 on an empty database. */
      migration: number
      /** Null when it took too long to find out. */
      backlog: Backlog | null
    }

export interface DatabaseReadingsDeps {
  /** A connection of their own, so that they tell a database that is away from a pool that is used up. */
  pool: Pick<Pool, 'query'>
  clock: Pick<Clock, 'monotonic'>
  log: { warn(fields: object, message: string): void }
  /** How long an asker waits for the database. */
  limitMs?: number
}

const LIMIT_MS = 1_000
/** Whoever asks again sooner gets the same reading. */
const KEEP_MS = 1_000
const UNDEFINED_TABLE = '42P01'

const AWAY: DatabaseReading = { up: false }

/** Asks the database at most once a second and once at a time, whoever and however many want to know. */
export class DatabaseReadings {
  readonly #deps: DatabaseReadingsDeps
  #last: { reading: DatabaseReading; at: number } | undefined
  #running: Promise<DatabaseReading> | undefined
  /** What was logged of the failures that last. */
  #complaint: string | undefined

  constructor(deps: DatabaseReadingsDeps) {
    this.#deps = deps
  }

  /** Never rejects, and resolves within about a second. */
  async get(): Promise<DatabaseReading> {
    const { clock, limitMs = LIMIT_MS } = this.#deps
    if (this.#last && clock.monotonic() - this.#last.at < KEEP_MS) return this.#last.reading
    this.#running ??= this.#read().finally(() => {
      this.#running = undefined
    })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<DatabaseReading>((resolve) => {
      timer = setTimeout(() => resolve(AWAY), limitMs)
    })
    const reading = await Promise.race([this.#running, late])
    clearTimeout(timer)
    return reading
  }

  async #read(): Promise<DatabaseReading> {
    const reading = await this.#ask().catch((error: unknown): DatabaseReading => {
      this.#complain(error, 'the database could not be asked for metrics and readiness')
      return AWAY
    })
    if (reading.up && reading.backlog) this.#complaint = undefined
    this.#last = { reading, at: this.#deps.clock.monotonic() }
    return reading
  }

  async #ask(): Promise<DatabaseReading> {
    const { pool } = this.#deps
    const migration = await newestMigration(pool)
    const backlog = await readBacklog(pool).catch((error: unknown) => {
      this.#complain(error, 'the backlog of deliveries could not be read')
      return null
    })
    return { up: true, migration, backlog }
  }

  /** Probes ask every second or so: once is enough. */
  #complain(error: unknown, message: string): void {
    if (this.#complaint !== message) this.#deps.log.warn({ err: error }, message)
    this.#complaint = message
  }
}

async function newestMigration(pool: Pick<Pool, 'query'>): Promise<number> {
  try {
    const { rows } = await pool.query<{ version: number }>(
      'select coalesce(max(version), 0) as version from schema_migrations',
    )
    return rows[0]?.version ?? 0
  } catch (error) {
    if ((error as { code?: unknown }).code === UNDEFINED_TABLE) return 0
    throw error
  }
}
