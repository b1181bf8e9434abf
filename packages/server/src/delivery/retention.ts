import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import { addPartitions, dropPartitions, type TimePartitioned } from '../db/partitions.ts'
import type { Log } from '../log.ts'

export interface RetentionDeps {
  db: Database
  log: Log
}

export interface RetentionSettings {
  /** Milliseconds that a delivered delivery is kept after it was finished, at least. */
  retainDeliveredMs: number
  /** The same for dead and cancelled ones; and how long a delivery is held for an endpoint that stays disabled. */
  retainFailedMs: number
}

const historyTables = ({ retainDeliveredMs, retainFailedMs }: RetentionSettings): TimePartitioned[] => [
  { table: 'delivery_history_delivered', column: 'finished_at', keepMs: retainDeliveredMs },
  { table: 'delivery_history_failed', column: 'finished_at', keepMs: retainFailedMs },
]

/** Makes the history's next partitions; to be done before a node's first delivery, and then regularly. */
export async function prepareHistory(
  deps: RetentionDeps,
  settings: RetentionSettings,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(historyTables(settings).map((table) => addPartitions(deps, table, signal)))
}

/**
 * Removes finished deliveries, with their attempts, once they are older than they are kept: a whole partition when
 * its last row is, and in small batches what lies outside of them because no partition was there in time.
 */
export async function expireHistory(
  deps: RetentionDeps,
  settings: RetentionSettings,
  signal: AbortSignal,
): Promise<void> {
  for (const history of historyTables(settings)) {
    await dropPartitions(deps, history, signal)
    await deleteInBatches(
      { db: deps.db, signal },
      {
        table: `${history.table}_default`,
        by: sql.ref(`t.${history.column}`),
        before: sql`clock_timestamp() - ${history.keepMs} * interval '1 millisecond'`,
      },
    )
  }
}
