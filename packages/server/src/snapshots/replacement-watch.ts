import type { Database } from '../db/database.ts'
import { readSetting } from '../db/instance-settings.ts'

/** Instance setting that names the load which made the present marketplace; absent when none did. */
export const LOADED_SETTING = 'loaded_snapshot'
/** Kind of the invalidation that tells nodes of it. */
export const REPLACED_KIND = 'marketplace'

export interface ReplacementWatch {
  /** For the poller of invalidations, which hears of it on every node. */
  invalidate(tag: string): void
  clear(): void
  /** The marketplace is now the one of this load; resolves when this node has been renewed. */
  replaced(loadId: string): Promise<void>
}

/** Tells once for each load, whoever hears of it first: the node that loads, or the poller of one that does not. */
export async function watchReplacement(
  db: Database,
  onReplaced: () => Promise<void> = async () => {},
): Promise<ReplacementWatch> {
  const read = async (): Promise<string | undefined> =>
    (await readSetting<{ id: string }>(db, LOADED_SETTING))?.id
  let known = await read()
  let renewal = Promise.resolve()
  const replaced = (loadId: string): Promise<void> => {
    if (loadId !== known) {
      known = loadId
      renewal = onReplaced()
    }
    return renewal
  }
  return {
    replaced,
    invalidate(tag) {
      const [kind, loadId] = tag.split(':')
      if (kind === REPLACED_KIND && loadId !== undefined) void replaced(loadId)
    },
    clear() {
      // Nobody knows what was said in so long a silence.
      const look = async (): Promise<void> => {
        const loadId = await read()
        if (loadId !== undefined) await replaced(loadId)
      }
      look().catch(() => {})
    },
  }
}
