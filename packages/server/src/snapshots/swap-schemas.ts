import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { ClientBase } from 'pg'
import { lostRace, waitedForLock } from '../db/database-failure.ts'
import type { Schemas } from './carry-over.ts'
import { quoted, tablesOf } from './schema-facts.ts'
import { busy, notPossible } from './snapshot-faults.ts'

/** How long everybody else may have to queue behind a lock that this waits for. */
const LOCK_TIMEOUT_MS = 300
const TRIES = 60
const PAUSE_MS = 100

/**
 * Waits until nobody reads or writes the present tables, and lets nobody begin: from here to the end of the
 * transaction all others wait. Asked for briefly, again and again, so that they get on in between.
 * @throws 503 when somebody holds a table all the time.
 */
export async function shutOthersOut(client: ClientBase, schema: string, signal: AbortSignal): Promise<void> {
  const tables = (await tablesOf(client, schema)).map(({ name }) => `${quoted(schema)}.${quoted(name)}`)
  await client.query(`set local lock_timeout = '${LOCK_TIMEOUT_MS}ms'`)
  for (let tries = 0; tries < TRIES; tries++) {
    signal.throwIfAborted()
    if (tries > 0) await pause(PAUSE_MS * (0.5 + Math.random()))
    await client.query('savepoint before_locks')
    try {
      await client.query(`lock table ${tables.join(', ')} in access exclusive mode`)
      await client.query('set local lock_timeout = 0')
      return
    } catch (error) {
      if (!waitedForLock(error) && !lostRace(error)) throw error
      await client.query('rollback to savepoint before_locks')
    }
  }
  throw busy('another session of the database holds its tables, such as an open transaction')
}

/** Objects by name that are not ours; whatever replaced the schema would take them with it. */
export async function refuseForeignObjects(client: ClientBase, { present, staged }: Schemas): Promise<void> {
  const { rows } = await client.query<{ name: string }>({
    text: `
      select c.relname as name from pg_class c
      where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and not c.relispartition
        and not exists (select from pg_class s where s.relnamespace = to_regnamespace($2) and s.relname = c.relname)
      union
      select e.extname from pg_extension e where e.extnamespace = to_regnamespace($1)
      order by 1`,
    values: [quoted(present), quoted(staged)],
  })
  if (rows.length === 0) return
  const named = rows.slice(0, 5).map(({ name }) => name)
  throw notPossible(
    `the schema ${present} of this database holds more than Charsu (${named.join(', ')}), and loading a snapshot replaces all of it: give Charsu a database of its own. Nothing was changed.`,
  )
}

/** Puts the staged schema in the place of the present one, which is gone. Takes effect with the commit, or not at all. */
export async function swapSchemas(client: ClientBase, { present, staged }: Schemas): Promise<void> {
  const before = `charsu_before_${randomBytes(6).toString('hex')}`
  await client.query(`alter schema ${quoted(present)} rename to ${before}`)
  await client.query(`alter schema ${quoted(staged)} rename to ${quoted(present)}`)
  await client.query(`grant usage on schema ${quoted(present)} to public`)
  // It says what goes, object by object.
  await client.query('set local client_min_messages = warning')
  await client.query(`drop schema ${before} cascade`)
}
