import type pg from 'pg'
import { misplacedDeliveries, openDeliveries } from '../../packages/server/testing/delivery-fixture.ts'
import type { AcceptedMessage, Market, MarketApp } from './fault-market.ts'
import type { Arrival } from './faulty-app.ts'

export interface Evidence {
  pool: pg.Pool
  market: Market
  accepted: readonly AcceptedMessage[]
  arrivals: readonly Arrival[]
  /** Leases that were held when faults struck, counted at each. */
  heldAtFaults: number
}

interface Finished {
  endpoint_id: string
  conversation_id: string
  source_id: string
  sequence: number
  state: string
  failures: number
}

/** Failures after which a delivery goes on by itself and its lane without it. */
const LEAVES_ITS_LANE = 3

/** Every promise that was not kept, in words; empty when all were. To be asked once the queue is empty. */
export async function brokenPromises(evidence: Evidence): Promise<string[]> {
  const names = new Set(evidence.market.apps.map(({ name }) => name))
  const arrivals = evidence.arrivals.filter(({ app }) => names.has(app))
  const own = { ...evidence, arrivals }
  const finished = await finishedDeliveries(evidence.pool)
  return [
    ...(await stuck(evidence.pool)),
    ...(await sequences(evidence)),
    ...finishedOnce(finished),
    ...evidence.market.apps.flatMap((app) => lost(own, app)),
    ...changedDuplicates(arrivals),
    ...tooManyDuplicates(own),
    ...evidence.market.apps.flatMap((app) => disorder(own, app, finished)),
  ].slice(0, 20)
}

/** What the history holds of messages; failures are the attempts that counted. */
async function finishedDeliveries(pool: pg.Pool): Promise<Finished[]> {
  const { rows } = await pool.query<Finished>(
    `select endpoint_id, conversation_id, source_id, sequence, state,
       (select count(*)::int from json_array_elements(attempt_log) a where a->>'outcome' = 'retry') as failures
     from delivery_history where not replay`,
  )
  return rows
}

async function stuck(pool: pg.Pool): Promise<string[]> {
  const misplaced = await misplacedDeliveries(pool)
  const open = await openDeliveries(pool)
  return [
    ...misplaced.map(({ id }) => `delivery ${id} is stuck: it stands where nobody looks for it`),
    ...(open > 0 ? [`${open} deliveries are not finished`] : []),
  ]
}

async function sequences({ pool, accepted }: Evidence): Promise<string[]> {
  const { rows: gaps } = await pool.query<{ id: string }>(
    `select c.id from conversations c
     left join lateral (
       select count(*) as count, coalesce(max(m.sequence), 0) as last, coalesce(min(m.sequence), 1) as first,
         count(distinct m.sequence) as distinct_count, count(distinct m.body->>'text') as texts
       from messages m where m.conversation_id = c.id) m on true
     where (m.count, m.last, m.first, m.distinct_count, m.texts) is distinct from
       (c.last_sequence, c.last_sequence, 1::bigint, c.last_sequence, c.last_sequence)`,
  )
  const { rows: stored } = await pool.query<{ id: string; sequence: number; text: string }>(
    `select id, sequence, body->>'text' as text from messages where id = any ($1)`,
    [accepted.map(({ id }) => id)],
  )
  const byId = new Map(stored.map((message) => [message.id, message]))
  const unlike = accepted.filter(({ id, sequence, text }) => {
    const found = byId.get(id)
    return found?.sequence !== sequence || found.text !== text
  })
  return [
    ...gaps.map(({ id }) => `conversation ${id} has a gap, a double or a repeated message in its sequence`),
    ...unlike.map(({ id }) => `message ${id} was accepted and is not stored as it was answered`),
  ]
}

function finishedOnce(finished: readonly Finished[]): string[] {
  const seen = new Set<string>()
  return finished.flatMap(({ source_id, endpoint_id }) => {
    const key = `${source_id} ${endpoint_id}`
    if (seen.has(key)) return [`message ${source_id} was finished twice for endpoint ${endpoint_id}`]
    seen.add(key)
    return []
  })
}

function lost({ accepted, arrivals }: Evidence, app: MarketApp): string[] {
  const arrived = new Set(arrivals.filter((each) => each.app === app.name).map((each) => each.messageId))
  return accepted
    .filter(({ id }) => !arrived.has(id))
    .map(({ id }) => `message ${id} was accepted and never reached ${app.name}`)
}

/** A duplicate has the id and the bytes of the first; no two deliveries share an id. */
function changedDuplicates(arrivals: readonly Arrival[]): string[] {
  const firstOfId = new Map<string, Arrival>()
  const idOfDelivery = new Map<string, string>()
  return arrivals.flatMap((arrival) => {
    const delivery = `${arrival.app} ${arrival.messageId}`
    const first = firstOfId.get(arrival.webhookId) ?? arrival
    firstOfId.set(arrival.webhookId, first)
    const id = idOfDelivery.get(delivery) ?? arrival.webhookId
    idOfDelivery.set(delivery, id)
    return [
      ...(first.body !== arrival.body ? [`${arrival.webhookId} came with other bytes than before`] : []),
      ...(first.app !== arrival.app ? [`${arrival.webhookId} came to two apps`] : []),
      ...(id !== arrival.webhookId ? [`${delivery} came under two webhook-ids`] : []),
    ]
  })
}

/** A call that comes twice with the number of one attempt was made again because a fault swallowed its outcome. */
function tooManyDuplicates({ arrivals, heldAtFaults }: Evidence): string[] {
  const attempts = new Set(arrivals.map(({ webhookId, attempt }) => `${webhookId} ${attempt}`))
  const repeated = arrivals.length - attempts.size
  return repeated > heldAtFaults
    ? [`${repeated} calls were made again, but only ${heldAtFaults} leases were held at faults`]
    : []
}

/** Nothing may come before what stands in front of it in its lane was taken, died or left the lane. */
function disorder({ arrivals }: Evidence, app: MarketApp, finished: readonly Finished[]): string[] {
  const first = new Map<string, number>()
  const taken = new Map<string, number>()
  for (const { messageId, arrivedAt, takenAt } of arrivals.filter((each) => each.app === app.name)) {
    if (!first.has(messageId)) first.set(messageId, arrivedAt)
    if (takenAt !== null) taken.set(messageId, Math.min(takenAt, taken.get(messageId) ?? takenAt))
  }
  const lanes = Map.groupBy(
    finished.filter((each) => each.endpoint_id === app.endpointId),
    (each) => each.conversation_id,
  )
  return [...lanes.values()].flatMap((lane) => {
    let ahead: { id: string; until: number } | undefined
    return lane
      .toSorted((a, b) => a.sequence - b.sequence)
      .flatMap(({ source_id, state, failures }) => {
        const came = first.get(source_id)
        const early = ahead !== undefined && came !== undefined && came < ahead.until
        const complaint = early
          ? [`${source_id} came to ${app.name} before ${ahead?.id}, which precedes it, was done`]
          : []
        if (failures >= LEAVES_ITS_LANE) return complaint
        const until = state === 'delivered' ? taken.get(source_id) : came
        if (until !== undefined && until > (ahead?.until ?? -1)) ahead = { id: source_id, until }
        return complaint
      })
  })
}
