import { migrate, migrationStatus } from '@charsu/server/db/migrate'
import { checkServer, createPool } from '@charsu/server/db/pool'
import { createLog } from '@charsu/server/log'
import { SETTINGS } from '@charsu/server/settings'
import { Command } from 'commander'
import { CommandError, wrongUse } from '../command-error.ts'
import { withExamples } from '../examples.ts'
import { type Io, paint } from '../io.ts'
import { withProgress } from '../progress.ts'

interface Options {
  status?: true
}

export const migrateCommand = (io: Io): Command =>
  withExamples(
    new Command('migrate')
      .summary('bring the database to the version of this program')
      .description(
        'Applies the migrations that the PostgreSQL of DATABASE_URL lacks, one after another, each in a transaction. Every start does the same; run it by itself where the server’s own user may not change tables, or to see how long it takes. Several may run at once: one works, the others wait.',
      )
      .option('--status', 'only say where the database stands; exit code 1 when migrations are missing')
      .action((options: Options) => run(io, options)),
    [
      ['charsu migrate', 'the database of DATABASE_URL'],
      ['charsu migrate --status', 'change nothing'],
    ],
  )

async function run(io: Io, options: Options): Promise<void> {
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
