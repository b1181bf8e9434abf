import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { AttemptEvent } from '../delivery/attempt-event.ts'
import { type Backlog, ENDPOINT_STATES } from './backlog.ts'

/** Seconds. */
const DELAY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]
const CALL_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const BATCH_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** What this node can tell without asking the database. */
export interface OwnState {
  /** Deliveries under way. */
  inFlight: number
  /** Nodes that deliver, this one among them, as far as it knows. */
  nodes: number
  /** Connections that are open to apps, and to how many origins. */
  outbound: { connections: number; origins: number }
}

export interface DeliveryMetrics {
  onAttempt(event: AttemptEvent): void
  onCommit(messages: number): void
  setOwn(state: OwnState): void
  /** Null takes the values away: an old one would look like a calm system. */
  setBacklog(backlog: Backlog | null): void
}

/** Everything about events on their way to apps. No label names an app, a conversation or a URL: there may be many. */
export function createDeliveryMetrics(registry: Registry): DeliveryMetrics {
  const registers = [registry]
  const attempts = new Counter({
    name: 'charsu_delivery_attempts_total',
    help: 'Attempts to deliver an event, by what followed and by what came back: a class of status, or the stage that failed.',
    labelNames: ['outcome', 'result'],
    registers,
  })
  const acceptToFirstByte = new Histogram({
    name: 'charsu_delivery_accept_to_first_byte_seconds',
    help: 'From the acceptance of an event to the first byte of the app’s answer; replays are left out.',
    labelNames: ['attempt'],
    buckets: DELAY_BUCKETS,
    registers,
  })
  const attemptDuration = new Histogram({
    name: 'charsu_delivery_attempt_duration_seconds',
    help: 'One attempt, from the call to the last byte of the app’s answer.',
    buckets: CALL_BUCKETS,
    registers,
  })
  const commitMessages = new Histogram({
    name: 'charsu_group_commit_messages',
    help: 'Messages that were stored by one commit.',
    buckets: BATCH_BUCKETS,
    registers,
  })
  const inFlight = new Gauge({
    name: 'charsu_deliveries_in_flight',
    help: 'Deliveries that this node is attempting.',
    registers,
  })
  const connections = new Gauge({
    name: 'charsu_outbound_connections',
    help: 'Connections of this node that are open to apps.',
    registers,
  })
  const origins = new Gauge({
    name: 'charsu_outbound_origins',
    help: 'Origins to which this node keeps connections.',
    registers,
  })
  // The same on every node and process, so that the greatest of several stands for all.
  const ofDatabase = { registers, aggregator: 'max' as const }
  const nodes = new Gauge({
    name: 'charsu_nodes',
    help: 'Nodes that deliver, as far as this one knows.',
    ...ofDatabase,
  })
  const oldestDue = new Gauge({
    name: 'charsu_delivery_oldest_due_age_seconds',
    help: 'Age of the oldest due delivery of an endpoint that is neither paused nor disabled, replays left out.',
    ...ofDatabase,
  })
  const oldestReplayDue = new Gauge({
    name: 'charsu_replay_oldest_due_age_seconds',
    help: 'The same of replays.',
    ...ofDatabase,
  })
  const unservedDue = new Gauge({
    name: 'charsu_delivery_unserved_due_age_seconds',
    help: 'For how long a due delivery has been served by no node; readiness looks at this.',
    ...ofDatabase,
  })
  const openDeliveries = new Gauge({
    name: 'charsu_deliveries_open',
    help: 'Deliveries that are not finished, by the database’s estimate.',
    ...ofDatabase,
  })
  const endpoints = new Gauge({
    name: 'charsu_endpoints',
    help: 'Endpoints with a URL by the state of their circuit breaker; open also when the app asked for a pause.',
    labelNames: ['state'],
    ...ofDatabase,
  })

  return {
    onAttempt(event) {
      attempts.inc({ outcome: event.outcome, result: resultOf(event) })
      attemptDuration.observe(event.durationMs / 1000)
      if (event.acceptToFirstByteMs === null || event.replay) return
      acceptToFirstByte.observe(
        { attempt: event.attempt === 1 ? 'first' : 'later' },
        event.acceptToFirstByteMs / 1000,
      )
    },
    onCommit: (messages) => commitMessages.observe(messages),
    setOwn(state) {
      inFlight.set(state.inFlight)
      nodes.set(state.nodes)
      connections.set(state.outbound.connections)
      origins.set(state.outbound.origins)
    },
    setBacklog(backlog) {
      if (backlog === null) {
        for (const gauge of [oldestDue, oldestReplayDue, unservedDue, openDeliveries]) gauge.remove()
        endpoints.reset()
        return
      }
      oldestDue.set(backlog.oldestDueSeconds)
      oldestReplayDue.set(backlog.oldestReplayDueSeconds)
      unservedDue.set(backlog.unservedDueSeconds)
      openDeliveries.set(backlog.openDeliveries)
      for (const state of ENDPOINT_STATES) endpoints.set({ state }, backlog.endpoints[state])
    },
  }
}

/** As `2xx`, `timeout`, or `lost` when the node that made the attempt has not lived to tell. */
function resultOf({ status, stage }: AttemptEvent): string {
  if (status !== null) return `${Math.floor(status / 100)}xx`
  return stage ?? 'lost'
}
