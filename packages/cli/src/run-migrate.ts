import { migrate, migrationStatus } from '@charsu/server/db/migrate'
import { checkServer, createPool } from '@charsu/server/db/pool'
import { createLog } from '@charsu/server/log'
import { SETTINGS } from '@charsu/server/settings'
import { CommandError, wrongUse } from './command-error.ts'
import { type Io, paint } from './io.ts'
import { withProgress } from './progress.ts'

/** Brings the database of DATABASE_URL to the newest version, or says where it stands. */
export async function runMigrate(io: Io, options: { status?: true }): Promise<void> {
  const pool = createPool({
    url: databaseUrl(io),
    max: 2,
    log: createLog({ level: 'silent' }),
    applicationName: 'charsu migrate',
  })
  try {
    await checkServer(pool)
    const { at, newest, pending } = await migrationStatus(pool)
    if (options.status) {
      report(io, { at, newest, pending })
      return
    }
    let name = ''
    const begin = (next: string): void => {
      name = next
      io.err(`applying ${next}\n`)
    }
    const { applied } = await withProgress(
      io,
      () => (name ? `applying ${name}` : 'waiting'),
      migrate(pool, undefined, begin),
    )
    const from = newest - Math.max(applied.length, pending.length)
    io.out(
      applied.length === 0
        ? `The database is at ${newest}, the newest: nothing to do.\n`
        : `${paint(io, 'green', 'Done')}: from ${from} to ${newest}, ${count(applied.length)} applied.\n`,
    )
  } finally {
    await pool.end()
  }
}

const count = (migrations: number): string => (migrations === 1 ? '1 migration' : `${migrations} migrations`)

function report(io: Io, { at, newest, pending }: Awaited<ReturnType<typeof migrationStatus>>): void {
  io.out(`The database is at ${at}, the newest is ${newest}.\n`)
  if (pending.length === 0) return
  io.out(`${pending.map((name) => `  ${name}`).join('\n')}\n`)
  throw new CommandError(`${count(pending.length)} missing, listed above`, {
    hint: 'Run "charsu migrate", or start the server, which does the same.',
  })
}

function databaseUrl(io: Io): string {
  const url = io.env.DATABASE_URL?.trim()
  if (!url) {
    throw wrongUse(
      'DATABASE_URL is not set, so there is no database to migrate',
      'Set it, such as DATABASE_URL=postgres://user:password@host:5432/charsu. The embedded database of development needs this command never: each start migrates it.',
    )
  }
  const fault = SETTINGS.DATABASE_URL.check(url)
  if (fault) throw wrongUse(`DATABASE_URL ${fault}`, 'Such as postgres://user:password@host:5432/charsu.')
  return url
}
