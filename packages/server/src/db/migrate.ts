import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { DatabaseStartError } from './database-start-error.ts'
import { unreachable } from './database-unreachable.ts'

/** One file of the migrations folder, `NNNN_name.sql`. */
export interface Migration {
  version: number
  name: string
  sql: string
  checksum: string
}

interface Applied {
  version: number
  name: string
  checksum: string
}

const FOLDER = join(import.meta.dirname, 'migrations')
const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/

/** Any number will do, as long as every version of the program uses the same: "charsu" in ASCII. */
const LOCK = 0x63_68_61_72_73_75

/** Number of the newest migration that this program brings along. */
export const newestMigration = async (folder: string = FOLDER): Promise<number> =>
  (await readdir(folder)).filter((name) => FILE_NAME.test(name)).length

/**
 * Brings the database to the newest version: each file of the folder that is not yet applied runs in a
 * transaction of its own, in order. Any number of nodes may call it at once; one works, the others wait and find
 * nothing to do. Needs a direct connection (no transaction pooling), since the lock belongs to the session.
 * Throws DatabaseStartError when the database is newer than the program or an applied file has changed.
 * @param onBegin told the name of each migration that is about to run.
 */
export async function migrate(
  pool: pg.Pool,
  folder: string = FOLDER,
  onBegin?: (name: string) => void,
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder)
  // Not one of the pool's: its time limits are for the statements of a request, a migration may take longer.
  const client = new pg.Client({
    connectionString: pool.options.connectionString,
    application_name: 'charsu migrate',
    keepAlive: true,
  })
  client.on('error', () => {})
  await client.connect().catch((error: unknown) => {
    throw unreachable(pool.options.connectionString ?? '', error)
  })
  try {
    await client.query('set statement_timeout = 0')
    await waitForLock(client)
    const applied = await readApplied(client)
    const pending = pendingMigrations(migrations, applied)
    for (const migration of pending) {
      onBegin?.(fileName(migration.version, migration.name))
      await apply(client, migration)
    }
    return { applied: pending.map(({ version, name }) => fileName(version, name)) }
  } finally {
    // With the connection goes the lock, whatever happened.
    await client.end().catch(() => {})
  }
}

/** Where a database stands; nothing is written. Throws DatabaseStartError as {@link migrate} does. */
export async function migrationStatus(
  pool: pg.Pool,
): Promise<{ at: number; newest: number; pending: string[] }> {
  const migrations = await readMigrations(FOLDER)
  const { rows } = await pool.query<{ there: boolean }>(
    `select to_regclass('schema_migrations') is not null as there`,
  )
  const applied = rows[0]?.there ? await appliedTo(pool) : []
  const pending = pendingMigrations(migrations, applied)
  return {
    at: applied.length,
    newest: migrations.length,
    pending: pending.map(({ version, name }) => fileName(version, name)),
  }
}

/** Reads the folder; versions must run from 1 without a gap or a double. */
export async function readMigrations(folder: string = FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (file, index) => {
      const match = FILE_NAME.exec(file)
      const version = Number(match?.[1])
      if (!match || version !== index + 1) {
        throw new Error(
          `migration ${file}: expected ${String(index + 1).padStart(4, '0')}_name.sql in this place`,
        )
      }
      const sql = await readFile(join(folder, file), 'utf8')
      // A checkout on Windows may turn line ends; that is no change of the migration.
      const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
      return { version, name: match[2] ?? '', sql, checksum }
    }),
  )
}

const fileName = (version: number, name: string): string => `${String(version).padStart(4, '0')}_${name}`

/** Decides what is left to apply; throws DatabaseStartError when the database cannot be brought to this program. */
function pendingMigrations(migrations: readonly Migration[], applied: readonly Applied[]): Migration[] {
  for (const row of applied) {
    const known = migrations[row.version - 1]
    if (!known) {
      throw new DatabaseStartError(
        `the database is newer than this program: it is at migration ${fileName(row.version, row.name)}, this program ends at ${migrations.length}`,
        'Run the newer version of Charsu, or use another database.',
      )
    }
    if (known.checksum !== row.checksum) {
      throw new DatabaseStartError(
        `migration ${fileName(known.version, known.name)} differs from the one this database was made with`,
        'Restore the file as it was released and put the change in a new migration; a development database can be removed instead.',
      )
    }
  }
  const done = new Set(applied.map((row) => row.version))
  return migrations.filter((migration) => !done.has(migration.version))
}

/**
 * Asked for again and again instead of waited for: a waiting statement holds a snapshot, and a migration that
 * builds an index concurrently would wait for that snapshot in turn.
 */
async function waitForLock(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ won: boolean }>('select pg_try_advisory_lock($1) as won', [LOCK])
    if (rows[0]?.won) return
    await client.query('select pg_sleep(0.02)')
  }
}

async function readApplied(client: pg.Client): Promise<Applied[]> {
  await createRecord(client)
  return await appliedTo(client)
}

async function appliedTo(client: pg.Client | pg.Pool): Promise<Applied[]> {
  const { rows } = await client.query<Applied>(
    'select version, name, checksum from schema_migrations order by version',
  )
  return rows
}

/** Of what was applied; in the schema that the search path names first. */
export async function createRecord(client: pg.ClientBase): Promise<void> {
  await client.query(`
    create table if not exists schema_migrations (
      version int primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`)
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const { version, name } = migration
  await client.query('begin')
  try {
    await applyWithin(client, migration)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw new Error(`migration ${fileName(version, name)} failed: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** Applies a migration inside its caller's transaction, to whatever schema the search path names. */
export async function applyWithin(
  client: pg.ClientBase,
  { version, name, sql, checksum }: Migration,
): Promise<void> {
  await client.query(sql)
  await client.query('insert into schema_migrations (version, name, checksum) values ($1, $2, $3)', [
    version,
    name,
    checksum,
  ])
}
