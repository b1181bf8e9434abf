import type { ClientBase } from 'pg'
import { quoted, type Sequence, sequencesOf, tablesOf } from './schema-facts.ts'

/** Settings of the machine and not of the marketplace: programs that run here know the host key. */
const OWN_SETTINGS = ['development_host_key']

/** The schema that is replaced, and the one that takes its place. */
export interface Schemas {
  present: string
  staged: string
}

/**
 * What stays of the present, once nobody writes it any more: who is logged in, the host key, what this machine has
 * recorded for itself, and the files that have to be removed because nothing names them any more.
 */
export async function carryOver(client: ClientBase, { present, staged }: Schemas): Promise<void> {
  const now = quoted(present)
  const next = quoted(staged)
  // Whoever is somebody in a browser stays so, if that person is there; ids differ from one machine to another.
  await client.query(`
    insert into ${next}.sessions (hash, user_id, created_at, expires_at)
    select s.hash, n.id, s.created_at, s.expires_at
    from ${now}.sessions s join ${now}.users o on o.id = s.user_id
    join ${next}.users n on n.host_id = o.host_id and n.deleted_at is null
    where s.expires_at > now()
    on conflict (hash) do nothing`)
  await client.query(`delete from ${next}.instance_settings where key = any ($1)`, [OWN_SETTINGS])
  await client.query(
    `insert into ${next}.instance_settings select key, value from ${now}.instance_settings where key = any ($1)`,
    [OWN_SETTINGS],
  )
  const columns = await mediaColumns(client, staged)
  // Also those whose owner is deleted in the snapshot, to whom nothing may be given otherwise.
  await client.query(`alter table ${next}.media disable trigger user`)
  await client.query(`
    insert into ${next}.media (${columns}, state, check_at)
    select ${columns}, 'removing', null from ${now}.media m
    where not exists (select from ${next}.media n where n.id = m.id)`)
  await client.query(`alter table ${next}.media enable trigger user`)
  for (const { name, columns: all, ofThisMachine } of await tablesOf(client, staged)) {
    if (!ofThisMachine) continue
    const list = all.map(quoted).join(', ')
    await client.query(`
      insert into ${next}.${quoted(name)} (${list}) overriding system value
      select ${list} from ${now}.${quoted(name)}`)
  }
}

async function mediaColumns(client: ClientBase, schema: string): Promise<string> {
  const tables = await tablesOf(client, schema)
  const columns = tables.find(({ name }) => name === 'media')?.columns ?? []
  return columns
    .filter((column) => column !== 'state' && column !== 'check_at')
    .map(quoted)
    .join(', ')
}

/**
 * Lets every sequence go on above all that was ever given out, in the snapshot or here: whoever remembers a number,
 * such as a tail of the traffic, meets no other thing under it.
 */
export async function continueSequences(
  client: ClientBase,
  { present, staged }: Schemas,
  saved: readonly Sequence[],
): Promise<void> {
  const given = [...saved, ...(await sequencesOf(client, present))]
  for (const { name } of await sequencesOf(client, staged)) {
    const highest = Math.max(0, ...given.filter((each) => each.name === name).map(({ value }) => value))
    if (highest === 0) continue
    await client.query('select setval($1::regclass, $2)', [`${quoted(staged)}.${quoted(name)}`, highest])
  }
}

/** Slugs of development apps that run here with credentials which the staged marketplace does not know. */
export async function changedCredentials(
  client: ClientBase,
  { present, staged }: Schemas,
): Promise<string[]> {
  const { rows } = await client.query<{ slug: string }>(`
    select split_part(o.key, ':', 2) as slug
    from ${quoted(present)}.instance_settings o
    left join ${quoted(staged)}.instance_settings n on n.key = o.key
    where o.key like 'development_app:%' and n.value - 'url' - 'hostHeader' is distinct from o.value - 'url' - 'hostHeader'
    order by 1`)
  return rows.map(({ slug }) => slug)
}
