import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startNode } from '../../testing/node-child.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { migrate } from './migrate.ts'

const CHILD = join(import.meta.dirname, '../../testing/migrate-child.ts')

interface Fixture extends AsyncDisposable {
  folder: string
  database: TestDatabase
}

async function fixture(files: Record<string, string>): Promise<Fixture> {
  const parent = await temporaryFolder()
  const folder = join(parent.path, 'migrations')
  await mkdir(folder)
  await writeFiles(folder, files)
  const database = await createTestDatabase({ empty: true, max: 2 })
  return {
    folder,
    database,
    async [Symbol.asyncDispose]() {
      await database.drop()
      await parent[Symbol.asyncDispose]()
    },
  }
}

async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  await Promise.all(Object.entries(files).map(([name, sql]) => writeFile(join(folder, name), sql)))
}

const TWO = {
  '0001_first.sql': 'create table first (n int); insert into first values (1);',
  '0002_second.sql': `create function twice(n int) returns int language plpgsql as $$
    begin
      -- A body with semicolons; and 'quotes'.
      return n * 2;
    end $$;`,
}

test('the released migrations bring an empty database to the newest version; a second run finds nothing to do', async () => {
  await using database = await createTestDatabase({ empty: true, max: 2 })
  const { applied } = await migrate(database.pool)
  expect(applied[0]).toBe('0001_core')
  expect(await migrate(database.pool)).toEqual({ applied: [] })
})

test('files run in order, once each, function bodies included', async () => {
  await using t = await fixture(TWO)
  expect(await migrate(t.database.pool, t.folder)).toEqual({ applied: ['0001_first', '0002_second'] })
  await writeFiles(t.folder, { '0003_third.sql': 'insert into first select twice(n) from first;' })
  expect(await migrate(t.database.pool, t.folder)).toEqual({ applied: ['0003_third'] })
  expect((await t.database.pool.query('select n from first order by n')).rows).toEqual([{ n: 1 }, { n: 2 }])
})

test('five processes that migrate one empty database at once apply each file once', async () => {
  await using database = await createTestDatabase({ empty: true, max: 2 })
  const children = Array.from({ length: 5 }, () => startNode(CHILD, { url: database.url }))
  const answers = await Promise.all(children.map((child) => child.next<{ applied: string[] }>()))
  const { rows } = await database.pool.query('select version, name from schema_migrations order by version')
  expect(answers.flatMap(({ applied }) => applied)).toHaveLength(rows.length)
  expect(answers.filter(({ applied }) => applied.length > 0)).toHaveLength(1)
  expect(rows[0]).toEqual({ version: 1, name: 'core' })
})

test('a node killed in the middle of a migration leaves none of it, and the next one completes it', async () => {
  await using t = await fixture(TWO)
  const { pool, url } = t.database
  // The migration stops half way at a lock that this test holds.
  await pool.query('create table gate ()')
  await writeFiles(t.folder, {
    '0003_third.sql': 'create table third (n int); lock table gate; insert into third values (3);',
  })
  const holder = await pool.connect()
  await holder.query('begin; lock table gate')
  const child = startNode(CHILD, { url, folder: t.folder })
  const waiting = `select pid from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and application_name = 'charsu migrate'`
  const halfWay = await waitFor(async () => (await pool.query<{ pid: number }>(waiting)).rows[0])
  await child.kill()
  await holder.query('rollback')
  holder.release()
  // The server notices that its client is gone when the statement ends.
  await waitFor(
    async () =>
      (await pool.query('select 1 from pg_stat_activity where pid = $1', [halfWay.pid])).rows.length === 0,
  )
  const left = await pool.query(
    `select max(version) as version, to_regclass('third') as third from schema_migrations`,
  )
  expect(left.rows).toEqual([{ version: 2, third: null }])

  expect(await migrate(pool, t.folder)).toEqual({ applied: ['0003_third'] })
})

test('a migration that fails is rolled back and named; those before it stay', async () => {
  await using t = await fixture({ ...TWO, '0003_broken.sql': 'create table half (); select 1 / 0;' })
  await expect(migrate(t.database.pool, t.folder)).rejects.toThrow(
    'migration 0003_broken failed: division by zero',
  )
  const { rows } = await t.database.pool.query(
    `select max(version) as version, to_regclass('half') as half from schema_migrations`,
  )
  expect(rows).toEqual([{ version: 2, half: null }])
})

test('a database that is newer than the program is refused', async () => {
  await using t = await fixture(TWO)
  await migrate(t.database.pool, t.folder)
  await t.database.pool.query("insert into schema_migrations values (3, 'future', 'x')")
  await expect(migrate(t.database.pool, t.folder)).rejects.toThrow(
    'the database is newer than this program: it is at migration 0003_future, this program ends at 2',
  )
})

test('an applied migration that was changed is refused; other line ends are no change', async () => {
  await using t = await fixture(TWO)
  await migrate(t.database.pool, t.folder)
  await writeFiles(t.folder, { '0002_second.sql': TWO['0002_second.sql'].replaceAll('\n', '\r\n') })
  expect(await migrate(t.database.pool, t.folder)).toEqual({ applied: [] })
  await writeFiles(t.folder, { '0001_first.sql': 'create table first (n bigint);' })
  await expect(migrate(t.database.pool, t.folder)).rejects.toThrow('migration 0001_first differs')
})

test('a gap in the numbers and a name out of form are found before anything runs', async () => {
  for (const name of ['0003_gap.sql', '0002-dash.sql', '2_short.sql']) {
    await using t = await fixture({ '0001_first.sql': 'create table first ();', [name]: '' })
    await expect(migrate(t.database.pool, t.folder)).rejects.toThrow(
      `migration ${name}: expected 0002_name.sql`,
    )
    expect((await t.database.pool.query(`select to_regclass('first') as first`)).rows).toEqual([
      { first: null },
    ])
  }
})
