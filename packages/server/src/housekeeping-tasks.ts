import { pruneInvalidations } from './access/invalidations.ts'
import { pruneQuotas } from './access/prune-quotas.ts'
import { pruneSessions } from './access/sessions.ts'
import { pruneClicks } from './actions/prune-clicks.ts'
import { pruneAlerts } from './apps/prune-alerts.ts'
import { pruneUsage } from './apps/usage-store.ts'
import type { Config } from './config.ts'
import { pruneIdempotencyKeys } from './conversations/prune-idempotency.ts'
import type { Database } from './db/database.ts'
import type { HousekeepingOptions } from './db/housekeeping.ts'
import { endHeldDeliveries } from './delivery/held-deliveries.ts'
import { pruneNodes } from './delivery/live-nodes.ts'
import { pruneReplays } from './delivery/prune-replays.ts'
import { expireHistory, prepareHistory } from './delivery/retention.ts'
import { prunePostConversationsEndpoints } from './events/post-conversations-store.ts'
import { pruneEventFacts } from './events/prune-facts.ts'
import { pruneSubscriptions } from './events/prune-subscriptions.ts'
import type { Log } from './log.ts'
import { pruneDeletions } from './marketplace/user-deletion-work.ts'
import { pruneTokens } from './oauth/prune-tokens.ts'

export interface HousekeepingTasksDeps {
  db: Database
  log: Log
  config: Pick<Config, 'retainDeliveredMs' | 'retainFailedMs'>
  /** The longest that any delivery is kept. */
  longestKeptMs: number
  media: { prune(signal: AbortSignal): Promise<void> }
}

/** What every node does now and then to keep tables bounded, in this order; docs/retention.md says what goes when. */
export const housekeepingTasks = ({
  db,
  log,
  config,
  longestKeptMs,
  media,
}: HousekeepingTasksDeps): HousekeepingOptions['tasks'] => ({
  partitions: (signal) => prepareHistory({ db, log }, config, signal),
  sessions: (signal) => pruneSessions(db, signal),
  tokens: (signal) => pruneTokens(db, signal),
  invalidations: (signal) => pruneInvalidations(db, signal),
  idempotencyKeys: (signal) => pruneIdempotencyKeys(db, signal),
  clicks: (signal) => pruneClicks(db, signal),
  alerts: (signal) => pruneAlerts(db, signal),
  heldDeliveries: (signal) => endHeldDeliveries({ db }, config.retainFailedMs, signal),
  // Before the history: what is being replayed from its last hour then keeps what it is rendered from.
  eventFacts: (signal) => pruneEventFacts(db, longestKeptMs, signal),
  subscriptions: (signal) => pruneSubscriptions(db, longestKeptMs, signal),
  postConversationsEndpoints: (signal) => prunePostConversationsEndpoints(db, signal),
  history: (signal) => expireHistory({ db, log }, config, signal),
  replays: (signal) => pruneReplays(db, signal),
  deletions: (signal) => pruneDeletions(db, signal),
  nodes: () => pruneNodes(db),
  media: (signal) => media.prune(signal),
  quotas: (signal) => pruneQuotas(db, signal),
  usage: (signal) => pruneUsage(db, signal),
})
