import { Command } from 'commander'
import { withExamples } from '../examples.ts'
import type { Io } from '../io.ts'

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
      .action(async (options: Options) => {
        // Loaded when it is needed: help must not wait for a database driver.
        const { runMigrate } = await import('../run-migrate.ts')
        await runMigrate(io, options)
      }),
    [
      ['charsu migrate', 'the database of DATABASE_URL'],
      ['charsu migrate --status', 'change nothing'],
    ],
  )
