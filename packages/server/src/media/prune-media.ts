import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../db/database.ts'
import { type MediaStorage, objectName } from './media-storage.ts'
import { giveUpUnused, listRemoving, settleUses } from './removal-store.ts'
import { deleteMedia } from './store.ts'

export interface PruneMediaDeps {
  db: Database
  storage: MediaStorage
  /** Folder of uploads under way. */
  incoming: string
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000'
/** No upload lasts as long. */
const LEFT_BEHIND_MS = 3_600_000

/**
 * Removes uploads that no message has shown for a day, and what uploads left behind that ended in the middle, be it by
 * a crash. Any number of nodes may run it at once: the row goes last, so whatever one leaves another finds.
 */
export async function pruneMedia(deps: PruneMediaDeps, signal: AbortSignal): Promise<void> {
  const { db } = deps
  for (let more = true; more && !signal.aborted; ) more = await settleUses(db)
  for (let more = true; more && !signal.aborted; ) more = await giveUpUnused(db)
  await removeObjects(deps, signal)
  await removeLeftBehind(deps.incoming, signal)
}

async function removeObjects({ db, storage }: PruneMediaDeps, signal: AbortSignal): Promise<void> {
  for (let after = FIRST_ID; !signal.aborted; ) {
    const ids = await listRemoving(db, after)
    const last = ids.at(-1)
    if (last === undefined) return
    const names = ids.flatMap((id) => [objectName(id, 'file'), objectName(id, 'thumbnail')])
    await storage.remove(names, signal)
    await deleteMedia(db, ids)
    after = last
  }
}

async function removeLeftBehind(folder: string, signal: AbortSignal): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const name of names) {
    if (signal.aborted) return
    const path = join(folder, name)
    const facts = await stat(path).catch(() => null)
    // Another node may have been first.
    if (facts && Date.now() - facts.mtimeMs > LEFT_BEHIND_MS) await rm(path, { force: true })
  }
}
