import type { DatabaseReading } from './database-readings.ts'

/** Why this node should get no traffic just now. */
export interface NotReady {
  code:
    | 'stopping'
    | 'database_unreachable'
    | 'migrations_pending'
    | 'invalidations_unheard'
    | 'deliveries_failing'
    | 'deliveries_unserved'
  /** For whoever runs the node: what is wrong, and since when. Holds no address and no credential. */
  message: string
}

/** What a node knows of itself at one moment. */
export interface NodeState {
  stopping: boolean
  database: DatabaseReading
  /** Number of the newest migration that this program brings along. */
  newestMigration: number
  /** Since the node last heard which cached credentials have changed. */
  unheardMs: number
  /** Why this node delivers nothing though it should; null when it does. */
  deliveryTrouble: string | null
  /** Whether this node delivers; one that does not is not to blame for what is not delivered. */
  delivers: boolean
}

export interface ReadinessLimits {
  /** Longest that a due delivery may be served by nobody; 0 for any time. */
  dueAgeMs: number
}

/** The caches have not been trusted since 900 ms; until then it may be one slow answer. */
const LONGEST_UNHEARD_MS = 5_000

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`

/**
 * Decides whether a node is ready; an empty list says yes.
 *
 * A database that is newer than the program is no reason: an upgrade without downtime goes through just that state,
 * and turning red then would take all old nodes away at once.
 */
export function reasonsNotReady(state: NodeState, limits: ReadinessLimits): NotReady[] {
  const { database } = state
  const reasons: NotReady[] = []
  if (state.stopping) reasons.push({ code: 'stopping', message: 'the node was asked to stop' })
  if (!database.up) {
    reasons.push({ code: 'database_unreachable', message: 'the database did not answer within a second' })
  } else if (database.migration < state.newestMigration) {
    reasons.push({
      code: 'migrations_pending',
      message: `the database is at migration ${database.migration}, this program needs ${state.newestMigration}: start a node to bring it there`,
    })
  }
  if (state.unheardMs > LONGEST_UNHEARD_MS) {
    reasons.push({
      code: 'invalidations_unheard',
      message: `the node has not heard for ${seconds(state.unheardMs)} which credentials were revoked`,
    })
  }
  if (state.deliveryTrouble !== null) {
    reasons.push({ code: 'deliveries_failing', message: state.deliveryTrouble })
  }
  const unservedMs = database.up ? (database.backlog?.unservedDueSeconds ?? 0) * 1000 : 0
  if (state.delivers && limits.dueAgeMs > 0 && unservedMs > limits.dueAgeMs) {
    reasons.push({
      code: 'deliveries_unserved',
      message: `a delivery has been due for ${seconds(unservedMs)} and no node serves its endpoint; the limit is ${seconds(limits.dueAgeMs)}`,
    })
  }
  return reasons
}
