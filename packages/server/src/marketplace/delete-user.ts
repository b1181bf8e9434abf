import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import {
  appsOwnedBy,
  type DeletionState,
  findDeletion,
  grantsAliveOf,
  insertDeletion,
  lockUserByHostId,
  recordDeletedUser,
  stripUser,
} from './user-deletion-store.ts'

export interface DeleteUserDeps {
  db: Database
  /** Keyed hash of a host id, which alone is remembered of it. */
  hashHostId(hostId: string): Buffer
  /** Drops what this node has cached under a tag such as `user:{id}`. */
  forget(tag: string): void
  /** There is a person to erase. */
  onDeleted(): void
}

/**
 * Deletes a person: from the commit on the host's name for them, their phone number and name are gone, they can
 * neither write nor be written to, and their sessions and tokens are dead, on other nodes within a second. All else
 * that is theirs is erased right after, by whatever node; the same call again tells how far that is.
 * @returns null when the host has no such person, and has deleted none of this name in the last 30 days.
 * @throws 412 when they own apps: an app needs somebody who answers for it.
 */
export async function deleteUser(deps: DeleteUserDeps, hostId: string): Promise<DeletionState | null> {
  const hash = deps.hashHostId(hostId)
  const deleted = await deps.db.transaction().execute(async (tx) => {
    // Locked before their apps are looked for: whoever makes them one holds their row until that is committed.
    const userId = await lockUserByHostId(tx, hostId)
    if (userId === null) return null
    const slugs = await appsOwnedBy(tx, userId)
    if (slugs.length > 0) throw ownsApps(hostId, slugs)
    await stripUser(tx, userId)
    const state = await insertDeletion(tx, userId, hash)
    const grantIds = await grantsAliveOf(tx, userId)
    await recordDeletedUser(tx, userId, grantIds)
    return { state, tags: [`user:${userId}`, ...grantIds.map((id) => `grant:${id}`)] }
  })
  if (!deleted) return await findDeletion(deps.db, hash)
  for (const tag of deleted.tags) deps.forget(tag)
  deps.onDeleted()
  return deleted.state
}

function ownsApps(hostId: string, slugs: readonly string[]): ApiError {
  const named = slugs.join(', ')
  return new ApiError(
    'FAILED_PRECONDITION',
    `the user ${JSON.stringify(hostId)} owns apps (${named}): hand each to another developer first, with PUT /host/v1/apps/{slug}/owner`,
    { reason: 'USER_OWNS_APPS', metadata: { apps: named } },
  )
}
