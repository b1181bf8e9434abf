import { sql } from 'kysely'
import type { Log } from '../log.ts'
import type { Database, Tx } from './database.ts'
import { isExpired, isTooWide, type PartitionRange, partitionWidth, rangesToAdd } from './partition-ranges.ts'
import { underShortLocks } from './short-locks.ts'

/**
 * Partitions by time, made ahead and dropped whole. Any number of nodes may do this at once, beside live inserts:
 * a partition is made apart and attached, which inserts do not wait for; dropping one needs its table for itself for
 * the length of one commit.
 */

export interface TimePartitioned {
  /** Partitioned by range of `column`, a timestamptz; its default partition is called `<table>_default`. */
  table: string
  column: string
  /** Milliseconds that a row is kept, at least; decides the width of partitions too. */
  keepMs: number
}

export interface PartitionDeps {
  db: Database
  log: Pick<Log, 'info' | 'warn'>
}

interface Partition extends PartitionRange {
  name: string
}

/** Makes what is missing from now to two widths ahead. */
export async function addPartitions(
  { db, log }: PartitionDeps,
  partitioned: TimePartitioned,
  signal: AbortSignal,
): Promise<void> {
  const { table, keepMs } = partitioned
  const missing = async (on: Database | Tx): Promise<PartitionRange[]> => {
    const { now, partitions } = await findPartitions(on, table)
    return rangesToAdd(now, partitions, partitionWidth(keepMs))
  }
  if ((await missing(db)).length === 0) return
  const added = await underShortLocks(db, signal, async (tx) => {
    await takeTurn(tx, table)
    const ranges = await missing(tx)
    for (const range of ranges) await addPartition(tx, partitioned, range)
    return ranges
  })
  if (!added) log.warn({ table }, 'no lock to be had for new partitions; they are made later')
}

async function addPartition(
  tx: Tx,
  { table, column }: TimePartitioned,
  range: PartitionRange,
): Promise<void> {
  const from = timestamp(range.from)
  const to = timestamp(range.to)
  const misplaced = await sql`
    select from ${sql.id(defaultOf(table))}
    where ${sql.id(column)} >= ${from} and ${sql.id(column)} < ${to} limit 1`.execute(tx)
  // Rows of a clock that was ahead: theirs stay where they are, and are deleted one by one when their time comes.
  if (misplaced.rows.length > 0) return
  const name = `${table}_${new Date(range.from).toISOString().replaceAll(/\D/g, '').slice(0, 12)}`
  await sql`create table ${sql.id(name)} (like ${sql.id(table)} including all)`.execute(tx)
  await sql`alter table ${sql.id(table)} attach partition ${sql.id(name)}
    for values from (${from}) to (${to})`.execute(tx)
}

/** Drops what is older than is kept, and what was made ahead too wide, by the name of each. */
export async function dropPartitions(
  { db, log }: PartitionDeps,
  partitioned: TimePartitioned,
  signal: AbortSignal,
): Promise<void> {
  const { table, keepMs } = partitioned
  const { now, partitions } = await findPartitions(db, table)
  for (const partition of partitions) {
    const expired = isExpired(partition, now, keepMs)
    if (!expired && !isTooWide(partition, now, partitionWidth(keepMs))) continue
    const outcome = await underShortLocks(db, signal, (tx) => dropPartition(tx, table, partition, expired))
    if (outcome === 'dropped') log.info({ partition: partition.name }, 'dropped a partition')
    if (!outcome) log.info({ partition: partition.name }, 'a partition is in use; it is dropped later')
  }
}

async function dropPartition(
  tx: Tx,
  table: string,
  { name }: Partition,
  withRows: boolean,
): Promise<'dropped' | 'kept'> {
  await takeTurn(tx, table)
  const { rows: found } = await sql`select from pg_class where oid = to_regclass(${name})`.execute(tx)
  if (found.length === 0) return 'kept'
  // First what nobody but a long reader or a vacuum holds, without waiting; the table of all inserts comes last.
  await sql`lock table only ${sql.id(name)}, only ${sql.id(defaultOf(table))}
    in access exclusive mode nowait`.execute(tx)
  const { rows: first } = await sql`select from ${sql.id(name)} limit 1`.execute(tx)
  if (first.length > 0 && !withRows) return 'kept'
  await sql`lock table only ${sql.id(table)} in access exclusive mode`.execute(tx)
  await sql`drop table ${sql.id(name)}`.execute(tx)
  return 'dropped'
}

/** One node at a time changes the partitions of a table, so that what it has read of them stays true. */
const takeTurn = (tx: Tx, table: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`partitions of ${table}`}, 0))`.execute(tx)

/** By the database's clock, which the rows have their times from. */
async function findPartitions(
  db: Database | Tx,
  table: string,
): Promise<{ now: number; partitions: Partition[] }> {
  const { rows } = await sql<{ name: string | null; from: number; to: number; now: number }>`
    select c.name, extract(epoch from c.bounds[1]::timestamptz)::float8 * 1000 as "from",
      extract(epoch from c.bounds[2]::timestamptz)::float8 * 1000 as "to",
      extract(epoch from clock_timestamp())::float8 * 1000 as now
    from (select) one
    left join (
      select p.relname as name, regexp_match(pg_get_expr(p.relpartbound, p.oid), ${BOUNDS}) as bounds
      from pg_inherits i join pg_class p on p.oid = i.inhrelid
      where i.inhparent = to_regclass(${table})) c on c.bounds is not null
    order by 3`.execute(db)
  return {
    now: rows[0]?.now ?? Number.NaN,
    partitions: rows.flatMap(({ name, from, to }) => (name === null ? [] : [{ name, from, to }])),
  }
}

/** How the server writes the bounds of a range partition; the default partition has none. */
const BOUNDS = String.raw`FROM \('([^']+)'\) TO \('([^']+)'\)`

const defaultOf = (table: string): string => `${table}_default`
const timestamp = (ms: number) => sql.lit(new Date(ms).toISOString())
