import type { ClientBase } from 'pg'
import { quoted } from './schema-facts.ts'

/**
 * Gives the staged tables the partitions by time that the present ones have. They are made ahead for now, which is
 * when the nodes will write; rows of a snapshot that lie outside of them go where rows without a partition go.
 */
export async function copyPartitions(client: ClientBase, from: string, to: string): Promise<void> {
  const { rows } = await client.query<{ name: string; parent: string; bounds: string }>({
    text: `
      select c.relname as name, p.relname as parent, pg_get_expr(c.relpartbound, c.oid) as bounds
      from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
      where c.relnamespace = to_regnamespace($1) and c.relkind = 'r'
        and not exists (select from pg_class s where s.relnamespace = to_regnamespace($2) and s.relname = c.relname)
        and exists (select from pg_class s where s.relnamespace = to_regnamespace($2) and s.relname = p.relname)
      order by 1`,
    values: [quoted(from), quoted(to)],
  })
  for (const { name, parent, bounds } of rows) {
    await client.query(`create table ${quoted(name)} (like ${quoted(parent)} including all)`)
    await client.query(`alter table ${quoted(parent)} attach partition ${quoted(name)} ${bounds}`)
  }
}
