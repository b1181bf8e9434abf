import type { ClientBase } from 'pg'

/** A table as snapshots look at it. */
export interface TableFacts {
  name: string
  /** Those that can be written, but for transaction ids: they mean nothing in another database. */
  columns: string[]
  /** Of those ids, the columns that do not take the writing transaction’s by themselves. */
  bareTransactionColumns: string[]
  /** Unlogged: what it holds is of this machine and not of the marketplace. */
  ofThisMachine: boolean
  hasTriggers: boolean
}

export interface Sequence {
  name: string
  value: number
}

/**
 * What no snapshot holds: what processes say of themselves now, what was said to their caches, and how the tables came
 * to be, which loading does anew.
 */
const NOT_SAVED = new Set(['nodes', 'cache_invalidations', 'schema_migrations'])

export const isSaved = ({ name, ofThisMachine }: TableFacts): boolean =>
  !ofThisMachine && !NOT_SAVED.has(name)

export async function currentSchema(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ name: string | null }>('select current_schema() as name')
  const name = rows[0]?.name
  if (name == null) throw new Error('the database has no schema to work in')
  return name
}

/** Its tables, partitions left out, each after those that its foreign keys point to. */
export async function tablesOf(client: ClientBase, schema: string): Promise<TableFacts[]> {
  const { rows } = await client.query<TableFacts & { needs: string[] }>({
    text: `
      select c.relname as name, c.relpersistence = 'u' as "ofThisMachine",
        exists (select from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal) as "hasTriggers",
        array(select a.attname::text from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            and a.atttypid <> 'xid8'::regtype order by a.attnum) as columns,
        array(select a.attname::text from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and a.atttypid = 'xid8'::regtype and not a.atthasdef order by a.attnum) as "bareTransactionColumns",
        array(select distinct f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
          where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as needs
      from pg_class c
      where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p') and not c.relispartition
      order by c.relname collate "C"`,
    values: [quoted(schema)],
  })
  return inOrder(rows)
}

function inOrder(tables: readonly (TableFacts & { needs: string[] })[]): TableFacts[] {
  const placed = new Set<string>()
  const order: TableFacts[] = []
  const known = new Set(tables.map(({ name }) => name))
  while (order.length < tables.length) {
    const before = order.length
    for (const { needs, ...table } of tables) {
      if (placed.has(table.name) || needs.some((name) => known.has(name) && !placed.has(name))) continue
      placed.add(table.name)
      order.push(table)
    }
    if (order.length === before)
      throw new Error('foreign keys go round in a circle: rows have no order to be put in')
  }
  return order
}

/** Sequences, those of identity columns too, with the last number that each has given out; 0 for none. */
export async function sequencesOf(client: ClientBase, schema: string): Promise<Sequence[]> {
  const { rows } = await client.query<{ name: string }>({
    text: `select relname as name from pg_class where relnamespace = to_regnamespace($1) and relkind = 'S' order by 1`,
    values: [quoted(schema)],
  })
  const found: Sequence[] = []
  for (const { name } of rows) {
    const { rows: state } = await client.query<{ value: string }>(
      `select case when is_called then last_value else 0 end as value from ${quoted(schema)}.${quoted(name)}`,
    )
    found.push({ name, value: Number(state[0]!.value) })
  }
  return found
}

/** An identifier as SQL writes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
