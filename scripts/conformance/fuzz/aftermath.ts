import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { request } from 'undici'

export interface AftermathDeps {
  url: string
  databaseUrl: string
  /** What the server logged, one JSON object a line. */
  log(): Promise<string>
  /** Ids of the messages whose sending was answered with 200. */
  accepted: readonly string[]
  /** Whether requests may have removed people and posts with all that was theirs; then rows are not compared. */
  mayErase?: boolean
  /** How long a transaction may go on; housekeeping and news take some of their own, and end them within moments. */
  patienceMs?: number
}

const ERROR_LEVEL = 50
const PATIENCE_MS = 5_000
const RETRY_MS = 100

/** What the requests left behind that should not be: empty when the server is as well as before. */
export async function aftermath({
  url,
  databaseUrl,
  log,
  accepted,
  mayErase = false,
  patienceMs = PATIENCE_MS,
}: AftermathDeps): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'charsu conformance' })
  await client.connect()
  try {
    return [
      ...(await asIfDead(url)),
      ...loggedErrors(await log()),
      ...(await openTransactions(client, patienceMs)),
      ...(mayErase ? [] : await brokenRows(client)),
      ...(mayErase ? [] : await lostMessages(client, accepted)),
    ]
  } finally {
    await client.end()
  }
}

async function asIfDead(url: string): Promise<string[]> {
  const found: string[] = []
  for (const probe of ['/healthz', '/readyz']) {
    const status = await request(url + probe).then(
      async (answer) => {
        await answer.body.dump()
        return answer.statusCode
      },
      (error: Error) => error.message,
    )
    if (status !== 200) found.push(`the server answers ${probe} with ${status}`)
  }
  return found
}

/** Lines of the severity of an error and above, or that are no log lines at all: a crash prints such. Each cause once. */
export function loggedErrors(text: string): string[] {
  const causes = new Map<string, { line: string; times: number }>()
  for (const line of text.split('\n')) {
    const cause = causeOf(line)
    if (cause === null) continue
    const { times } = causes.get(cause) ?? { times: 0 }
    causes.set(cause, { line, times: times + 1 })
  }
  return [...causes.values()].map(
    ({ line, times }) => `the server logged${times > 1 ? `, ${times} times` : ''}: ${line.slice(0, 1000)}`,
  )
}

/** What makes two lines the same error; null for a line that is none. */
function causeOf(line: string): string | null {
  if (line.trim() === '') return null
  try {
    const { level, msg, err } = JSON.parse(line) as { level: number; msg?: string; err?: { stack?: string } }
    return level < ERROR_LEVEL ? null : (err?.stack ?? msg ?? line)
  } catch {
    return line
  }
}

const OPEN_TRANSACTIONS = `
  select application_name || ': ' || state || ', ' || left(query, 120) as found
  from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
    and backend_type = 'client backend' and application_name <> 'charsu start'`

async function openTransactions(client: pg.Client, patienceMs: number): Promise<string[]> {
  const until = performance.now() + patienceMs
  for (;;) {
    const { rows } = await client.query<{ found: string }>(OPEN_TRANSACTIONS)
    if (rows.length === 0) return []
    if (performance.now() >= until) return rows.map(({ found }) => `a transaction stays open: ${found}`)
    await delay(RETRY_MS)
  }
}

/** Each with what its rows would mean. */
const RULES: Readonly<Record<string, string>> = {
  'a delivery without its message': `
    select d.id from delivery_queue d
    where d.conversation_id is not null and not exists (select from messages m where m.id = d.source_id)`,
  'two deliveries of one message for one subscription': `
    select source_id from delivery_queue where not replay
    group by source_id, subscription_id having count(*) > 1`,
  'a message about a subscribed post without a delivery': `
    select m.id from messages m
      join conversations c on c.id = m.conversation_id
      join lateral (
        select min(s.created_at) as since from subscriptions s
        where s.event_type = 'NEW_MESSAGE_ON_POST' and s.user_id = c.supplier_id
          and (s.post_id = c.post_id or s.post_id is null)
      ) as subscribed on true
    where m.sent_at > subscribed.since + interval '1 second'
      and not exists (select from delivery_queue d where d.source_id = m.id)
      and not exists (select from delivery_history h where h.source_id = m.id)`,
  'a conversation whose messages are not numbered from 1 to the last': `
    select c.id from conversations c
      left join lateral (
        select count(*) as stored, coalesce(max(m.sequence), 0) as last from messages m where m.conversation_id = c.id
      ) as found on true
    where found.stored <> c.last_sequence or found.last <> c.last_sequence`,
  'an idempotency key without its message': `
    select k.message_id from idempotency_keys k
    where not exists (select from messages m where m.id = k.message_id)`,
}

async function brokenRows(client: pg.Client): Promise<string[]> {
  const found: string[] = []
  for (const [meaning, sql] of Object.entries(RULES)) {
    const { rows } = await client.query<Record<string, string>>(sql)
    const [first] = rows
    if (first) found.push(`${rows.length} × ${meaning}, such as ${Object.values(first).join(' ')}`)
  }
  return found
}

/** A message whose sending was answered with its id is stored. */
async function lostMessages(client: pg.Client, accepted: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    'select a.id from unnest($1::uuid[]) as a(id) where not exists (select from messages m where m.id = a.id)',
    [accepted],
  )
  const [first] = rows
  return first ? [`${rows.length} × a message that was accepted and is not stored, such as ${first.id}`] : []
}
