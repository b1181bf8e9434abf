import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TableReference, tableReferences } from '../../testing/table-references.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'

/**
 * Messages may be divided over several PostgreSQL clusters, each with the conversations of its own (decision 12).
 * That stays possible for as long as no hot statement needs a row of another cluster: each reaches its rows by the
 * key they are divided by, or is listed here with the reason why it may do without.
 */

/** By which column a statement has to reach each hot table; null where its rows do not hold the key. */
const KEYS: Readonly<Record<string, string | null>> = {
  conversations: 'id',
  messages: 'conversation_id',
  delivery_queue: 'endpoint_id',
  delivery_history: 'endpoint_id',
  delivery_attempts: null,
  idempotency_keys: null,
  endpoints: 'id',
  subscriptions: null,
}

const HOT_FUNCTIONS = [
  'advance_replay',
  'append_deliveries',
  'claim_deliveries',
  'delivery_id_before',
  'describe_deliveries',
  'end_held_deliveries',
  'event_content',
  'finish_deliveries',
  'post_update_subscriptions',
  'record_endpoint_health',
  'renew_leases',
  'replay_finds_anything',
  'send_messages',
  'sweep_leases',
  'withdraw_replays',
]

/** What compares nothing at all stands here as often as in the function, so that one more is noticed. */
const EXCEPTIONS: readonly { reason: string; places: readonly string[] }[] = [
  {
    reason:
      'The id was given out by this cluster, in a row that this call or an earlier one reached by its key.',
    places: [
      'advance_replay: read delivery_history by id',
      'advance_replay: read delivery_queue by id',
      'claim_deliveries: update delivery_queue by id',
      'describe_deliveries: read delivery_queue by id',
      'end_held_deliveries: delete delivery_attempts by delivery_id',
      'end_held_deliveries: delete delivery_queue by id',
      'end_held_deliveries: read delivery_attempts by delivery_id',
      'end_held_deliveries: read delivery_queue by id',
      'end_held_deliveries: update delivery_queue by id',
      'event_content: read messages by id',
      'finish_deliveries: delete delivery_attempts by delivery_id',
      'finish_deliveries: delete delivery_queue by id',
      'finish_deliveries: insert delivery_attempts',
      'finish_deliveries: read delivery_attempts by delivery_id',
      'finish_deliveries: read delivery_queue by id',
      'finish_deliveries: read delivery_queue by id, lease_number',
      'finish_deliveries: update delivery_queue by id',
      'renew_leases: read delivery_queue by id, lease_number',
      'renew_leases: update delivery_queue by id',
      'send_messages: read messages by id',
      'sweep_leases: update delivery_queue by id',
      'withdraw_replays: delete delivery_attempts by delivery_id',
      'withdraw_replays: delete delivery_queue by id',
      'withdraw_replays: read delivery_attempts by delivery_id',
      'withdraw_replays: read delivery_queue by id',
    ],
  },
  {
    reason: 'The same message for the same subscription lies where its conversation lies.',
    places: ['advance_replay: read delivery_history by source_id, subscription_id, state'],
  },
  {
    reason: 'Every cluster does this for itself, for all that it holds.',
    places: [
      'claim_deliveries: read delivery_queue',
      'claim_deliveries: read delivery_queue',
      'delivery_id_before: read delivery_history',
      'delivery_id_before: read delivery_history',
      'end_held_deliveries: read endpoints',
      'replay_finds_anything: read delivery_history by state',
      'sweep_leases: read delivery_queue',
    ],
  },
  {
    reason:
      'Apps, their endpoints and subscriptions are the same in every cluster: few rows, seldom changed, copied.',
    places: [
      'describe_deliveries: read subscriptions by id',
      'post_update_subscriptions: read subscriptions by user_id, event_type',
      'post_update_subscriptions: read subscriptions by user_id, event_type, post_id',
      'replay_finds_anything: read endpoints by app_id',
      'send_messages: read endpoints by app_id, kind',
      'send_messages: read subscriptions by user_id, event_type',
      'send_messages: read subscriptions by user_id, post_id',
    ],
  },
  {
    reason:
      'A repeated send is of the same conversation, so its key is found in its cluster. The same key for another conversation, which is refused here, would be taken in another cluster.',
    places: [
      'send_messages: delete idempotency_keys by owner_id, operation, key_hash, message_id',
      'send_messages: insert idempotency_keys',
      'send_messages: read idempotency_keys by owner_id, operation, key_hash',
    ],
  },
]

/** What must be unique without the key, and why that does no harm. */
const UNIQUE_WITHOUT_KEY: Readonly<Record<string, string>> = {
  'conversations (post_id, demand_id)':
    'who opens a conversation looks up its pair first: that look-up has to be one for all clusters',
  'conversations (app_id, demand_id)': 'the same, for a conversation with a chatbot',
  'delivery_attempts (delivery_id, attempt)': 'begins with an id that one cluster gives out',
  'endpoints (app_id, url, identification_key)': 'the same in every cluster, as the next',
  'idempotency_keys (owner_id, operation, key_hash)': 'as above: found where the conversation is',
  'endpoints (app_id)': 'the same in every cluster',
  'subscriptions (app_id, user_id, event_type, post_id)': 'the same in every cluster',
}

let database: TestDatabase
let pool: pg.Pool
beforeAll(async () => {
  database = await createTestDatabase({ max: 1 })
  pool = database.pool
})
afterAll(() => database.drop())

async function hotSources(): Promise<{ name: string; source: string }[]> {
  const { rows } = await pool.query(
    `select proname as name, prosrc as source from pg_proc
     where pronamespace = 'public'::regnamespace and proname = any ($1) order by 1`,
    [HOT_FUNCTIONS],
  )
  return rows
}

/** Places of a function that reach a hot table without its key, as they are written in the list. */
function placesWithoutKey(name: string, source: string): string[] {
  const withoutKey = ({ table, columns }: TableReference) => !columns.includes(KEYS[table] ?? '')
  return tableReferences(source, Object.keys(KEYS))
    .filter(withoutKey)
    .map(({ access, table, columns }) => {
      const by = access === 'insert' || columns.length === 0 ? '' : ` by ${columns.join(', ')}`
      return `${name}: ${access} ${table}${by}`
    })
}

describe('every hot statement', () => {
  test('reaches its rows by the key that they are divided by, or has a reason', async () => {
    const sources = await hotSources()
    expect(sources.map(({ name }) => name)).toEqual(HOT_FUNCTIONS)
    const found = sources.flatMap(({ name, source }) => placesWithoutKey(name, source))
    const listed = EXCEPTIONS.flatMap(({ places }) => places)
    const comparesNothing = (place: string): boolean => !place.includes(' by ')
    const once = new Set(found.filter((place) => !comparesNothing(place)))
    expect([...once, ...found.filter(comparesNothing)].sort()).toEqual(listed.toSorted())
  })

  test('that writes a message or a delivery writes the keys of both', async () => {
    const inserts = (await hotSources()).flatMap(({ name, source }) =>
      tableReferences(source, ['messages', 'delivery_queue', 'delivery_history'])
        .filter(({ access }) => access === 'insert')
        .map(({ table, columns }) => ({ name, table, columns })),
    )
    expect(inserts.length).toBeGreaterThan(4)
    for (const { table, columns } of inserts) {
      expect(columns).toContain('conversation_id')
      if (table !== 'messages') expect(columns).toContain('endpoint_id')
    }
  })

  test.each([
    ['finish_deliveries', 'where q.endpoint_id = l.endpoint_id and q.lane = l.lane', 'where q.lane = l.lane'],
    ['send_messages', 'where c.id = any (p_conversation_id)', 'where c.demand_id = any (p_sender_id)'],
    ['claim_deliveries', 'where q.endpoint_id = o.endpoint_id and q.replay', 'where q.replay'],
  ])('would be found here if it lost its key: %s', async (name, given, broken) => {
    const { source } = (await hotSources()).find((each) => each.name === name)!
    expect(source).toContain(given)
    const listed = EXCEPTIONS.flatMap(({ places }) => places)
    const found = placesWithoutKey(
      name,
      source.replace(given, () => broken),
    )
    expect(found.filter((place) => !listed.includes(place))).toHaveLength(1)
  })
})

describe('every hot table', () => {
  test('holds its key in every row', async () => {
    const { rows } = await pool.query(
      `select attrelid::regclass::text as table, attname as column from pg_attribute
       where attrelid::regclass::text = any ($1) and attnotnull`,
      [Object.keys(KEYS)],
    )
    const filled = new Set(rows.map(({ table, column }) => `${table}.${column}`))
    const keys = Object.entries(KEYS).flatMap(([table, key]) => (key ? [`${table}.${key}`] : []))
    expect(keys.filter((key) => !filled.has(key))).toEqual([])
  })

  test('has no uniqueness across keys but that of an id, or a reason', async () => {
    const { rows } = await pool.query<{ table: string; columns: string[]; id: boolean }>(
      `select i.indrelid::regclass::text as table, array_agg(a.attname::text order by k.place) as columns,
         bool_and(i.indisprimary and a.attname = 'id') as id
       from pg_index i cross join lateral unnest(i.indkey::int[]) with ordinality as k (number, place)
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
       where i.indisunique and i.indrelid::regclass::text = any ($1)
       group by i.indexrelid, i.indrelid`,
      [Object.keys(KEYS)],
    )
    const across = rows.filter(({ table, columns, id }) => !id && !columns.includes(KEYS[table] ?? ''))
    expect(across.map(({ table, columns }) => `${table} (${columns.join(', ')})`).sort()).toEqual(
      Object.keys(UNIQUE_WITHOUT_KEY).sort(),
    )
  })

  test('of those that are divided is bound by no foreign key', async () => {
    const divided = Object.keys(KEYS).filter((table) => table !== 'endpoints' && table !== 'subscriptions')
    const { rows } = await pool.query(
      `select conname from pg_constraint
       where contype = 'f' and (conrelid::regclass::text = any ($1) or confrelid::regclass::text = any ($1))`,
      [divided],
    )
    expect(rows).toEqual([])
  })
})
