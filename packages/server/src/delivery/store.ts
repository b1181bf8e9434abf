import type { Pool } from 'pg'
import { type EndpointHealth, endpointHealth } from './endpoint-health.ts'
import type { LeasedDelivery, LeaseOutcome } from './leased-delivery.ts'
import type { FreeSlots } from './slots.ts'

/** The columns of describe_deliveries. */
interface Row {
  delivery_id: number
  endpoint_id: string
  endpoint_revision: number
  concurrency: number | null
  lease_number: number
  attempts: number
  failures: number
  event_type: string
  source_id: string
  subscription_id: string
  conversation_id: string | null
  replay: boolean
  traceparent: string | null
  /** Since its acceptance, by the database's clock. */
  age_ms: number
  withheld: LeasedDelivery['withheld']
  metadata: LeasedDelivery['metadata']
  content: unknown
}

const statement = (name: string, parameters: number) => ({
  name,
  text: `select * from ${name}(${Array.from({ length: parameters }, (_, i) => `$${i + 1}`).join(', ')})`,
})

const CLAIM = statement('claim_deliveries', 9)
const SWEEP = statement('sweep_leases', 3)
const RENEW = statement('renew_leases', 3)
const FINISH = statement('finish_deliveries', 15)

/** Stands between the records of attempts; JSON text cannot hold it unescaped. */
const RECORD_SEPARATOR = '\u001e'

/** Most leases that one sweep looks at. */
const SWEEP_AT_ONCE = 500

export interface DeliveryStoreDeps {
  pool: Pick<Pool, 'query'>
  /** Names the holder of leases. */
  node: string
  leaseMs: number
  monotonic(): number
}

export type DeliveryStore = ReturnType<typeof createDeliveryStore>

/** The statements of db/migrations/0003 to 0005; each call is one transaction. */
export function createDeliveryStore({ pool, node, leaseMs, monotonic }: DeliveryStoreDeps) {
  const lease = `${leaseMs} milliseconds`

  /** A lease is counted from before the query that gives it, so that it never seems longer than it is. */
  async function leased(query: { name: string; text: string }, values: unknown[]): Promise<LeasedDelivery[]> {
    const leasedAt = monotonic()
    const { rows } = await pool.query<Row>({ ...query, values })
    return rows.map((row) => toDelivery(row, leasedAt))
  }

  return {
    claim: (slots: FreeSlots, most: number): Promise<LeasedDelivery[]> =>
      leased(CLAIM, [
        node,
        lease,
        slots.endpoints,
        slots.free,
        slots.freeReplays,
        slots.defaultFree,
        slots.defaultConcurrency,
        slots.nodes,
        most,
      ]),

    /** Prolongs leases; returns the ids of those that this node still holds. */
    async renew(deliveries: readonly LeasedDelivery[]): Promise<number[]> {
      const { rows } = await pool.query<{ delivery_id: number }>({
        ...RENEW,
        values: [
          deliveries.map((each) => each.deliveryId),
          deliveries.map((each) => each.leaseNumber),
          lease,
        ],
      })
      return rows.map((row) => row.delivery_id)
    },

    /** Frees what dead nodes held; returns what has outlived too many leases, to be written as failed. */
    sweep: (): Promise<LeasedDelivery[]> => leased(SWEEP, [node, lease, SWEEP_AT_ONCE]),

    /**
     * Writes outcomes; `keep` tells whether this node has a slot for the next row of that lane. `ready`: the next row
     * of some lane may be claimed at once.
     */
    async finish(
      outcomes: readonly LeaseOutcome[],
      keep: (outcome: LeaseOutcome) => boolean,
    ): Promise<{ written: number[]; next: LeasedDelivery[]; ready: boolean }> {
      const leasedAt = monotonic()
      const latest = withoutSuperseded(outcomes)
      const turns = new Map<string, number>()
      for (const { delivery } of latest) {
        const lane = laneOf(delivery)
        turns.set(lane, Math.max(delivery.turn, turns.get(lane) ?? 0))
      }
      const { rows } = await pool.query<Row & { kind: 'written' | 'next' | 'ready' }>({
        ...FINISH,
        values: [...outcomeColumns(latest, keep), ...healthColumns(endpointHealth(latest)), node, lease],
      })
      return {
        written: (rows.find(({ kind }) => kind === 'written')?.content as number[] | undefined) ?? [],
        next: rows
          .filter(({ kind }) => kind === 'next')
          .map((row) => toDelivery(row, leasedAt))
          .map((delivery) => ({ ...delivery, turn: (turns.get(laneOf(delivery)) ?? 0) + 1 })),
        ready: rows.some(({ kind }) => kind === 'ready'),
      }
    },
  }
}

/** The lane of a delivery that others can be behind. */
const laneOf = ({ endpointId, conversationId }: LeasedDelivery): string => `${endpointId} ${conversationId}`

/** A node that lost a lease and took the row again may have an outcome of each: only that of the last can be true. */
function withoutSuperseded(outcomes: readonly LeaseOutcome[]): LeaseOutcome[] {
  const latest = new Map<number, LeaseOutcome>()
  for (const outcome of outcomes) {
    const { deliveryId, leaseNumber } = outcome.delivery
    const known = latest.get(deliveryId)
    if (!known || known.delivery.leaseNumber < leaseNumber) latest.set(deliveryId, outcome)
  }
  return [...latest.values()]
}

function outcomeColumns(
  outcomes: readonly LeaseOutcome[],
  keep: (outcome: LeaseOutcome) => boolean,
): unknown[] {
  return [
    outcomes.map(({ delivery }) => delivery.deliveryId),
    outcomes.map(({ delivery }) => delivery.leaseNumber),
    outcomes.map(({ kind }) => kind),
    outcomes.map(({ reason }) => reason),
    outcomes.map(({ delayMs }) => Math.round(delayMs)),
    outcomes.map(keep),
    outcomes.map(({ attempt }) => (attempt ? JSON.stringify(attempt) : '')).join(RECORD_SEPARATOR),
  ]
}

const healthColumns = (health: readonly EndpointHealth[]): unknown[] => [
  health.map(({ endpointId }) => endpointId),
  health.map(({ revision }) => revision),
  health.map(({ succeeded }) => succeeded),
  health.map(({ failures }) => failures),
  health.map(({ pauseMs }) => pauseMs && Math.round(pauseMs)),
  health.map(({ disable }) => disable),
]

const toDelivery = (row: Row, leasedAt: number): LeasedDelivery => ({
  deliveryId: row.delivery_id,
  endpointId: row.endpoint_id,
  endpointRevision: row.endpoint_revision,
  concurrency: row.concurrency,
  leaseNumber: row.lease_number,
  attempts: row.attempts,
  failures: row.failures,
  eventType: row.event_type,
  sourceId: row.source_id,
  subscriptionId: row.subscription_id,
  conversationId: row.conversation_id,
  replay: row.replay,
  traceparent: row.traceparent,
  turn: 1,
  withheld: row.withheld,
  metadata: row.metadata,
  content: row.content,
  leasedAt,
  acceptedAt: leasedAt - row.age_ms,
})
