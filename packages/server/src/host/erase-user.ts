import { setTimeout as pause } from 'node:timers/promises'
import { emptyMessagesOf } from '../conversations/empty-messages.ts'
import { deleteRowsOf, type RowsOfOne } from '../db/delete-rows-of.ts'
import { forgetAnswersAbout, forgetTraffic, isDeliveringAbout } from '../delivery/forget-answers.ts'
import { erasePostsOf } from '../marketplace/erase-posts.ts'
import {
  markEmptied,
  markErased,
  markSearched,
  type OpenDeletion,
} from '../marketplace/user-deletion-work.ts'
import { releaseMediaOf, removeMediaOfUser } from '../media/remove-media.ts'
import type { RevokeGrantDeps } from '../oauth/revoke-grant.ts'
import { revokeGrantsOf } from '../oauth/revoke-grants-of.ts'

export type EraseDeps = RevokeGrantDeps

type Their = Omit<RowsOfOne, 'value'>

/** Rows that are theirs alone. */
const THEIR_ROWS: readonly Their[] = [
  { table: 'sessions', column: 'user_id' },
  { table: 'login_links', column: 'user_id' },
  { table: 'notices', column: 'user_id' },
  { table: 'clicks', column: 'user_id' },
  { table: 'blocks', column: 'blocker_id' },
  { table: 'blocks', column: 'blocked_id' },
  { table: 'app_blocks', column: 'user_id' },
]

/**
 * Whose deliveries are about them is read from consents, so they go last; codes and tokens go with them. Places that
 * were read may be written until a moment after the mark.
 */
const LAST_ROWS: readonly Their[] = [
  { table: 'conversation_reads', column: 'user_id' },
  { table: 'conversation_changes', column: 'user_id' },
  { table: 'subscriptions', column: 'user_id' },
  { table: 'grants', column: 'user_id' },
]

/** An attempt is over by then, or its lease is. */
const LONGEST_ATTEMPT_MS = 60_000
const LOOK_AGAIN_MS = 200

// Everything here may be done again, by another node too, and finds only what is left; it ends between two steps when
// the signal is given.

/** The first part of erasing a marked person (marketplace/delete-user.ts): all that is found by whose it is. */
export async function emptyEverythingOf(deps: EraseDeps, userId: string, signal: AbortSignal): Promise<void> {
  const { db } = deps
  await deleteTheirRows(deps, THEIR_ROWS.slice(0, 2), userId, signal)
  await revokeGrantsOf(deps, userId, signal)
  await emptyMessagesOf({ db, signal, releaseMedia: releaseMediaOf }, userId)
  await erasePostsOf({ db, signal }, userId)
  await removeMediaOfUser(db, userId)
  await deleteTheirRows(deps, THEIR_ROWS, userId, signal)
  // After the messages: a send that was under way wrote its key before it could be refused.
  await deleteTheirRows(deps, [{ table: 'idempotency_keys', column: 'owner_id' }], userId, signal)
  if (!signal.aborted) await markEmptied(db, userId)
}

async function deleteTheirRows(
  { db }: EraseDeps,
  tables: readonly Their[],
  userId: string,
  signal: AbortSignal,
): Promise<void> {
  for (const rows of tables) await deleteRowsOf({ db, signal }, { ...rows, value: userId })
}

/** The second part, for many people at once: what apps answered about them, and then their consents. */
export async function forgetAnswersAndConsents(
  deps: EraseDeps,
  deletions: readonly OpenDeletion[],
  signal: AbortSignal,
): Promise<void> {
  const { db } = deps
  const userIds = deletions.map(({ userId }) => userId)
  // An answer that is still to come would be written behind the search.
  for (let waited = 0; waited < LONGEST_ATTEMPT_MS && !signal.aborted; waited += LOOK_AGAIN_MS) {
    if (!(await isDeliveringAbout(db, userIds))) break
    await pause(LOOK_AGAIN_MS)
  }
  const searchedByAll = Math.min(...deletions.map(({ searchedTo }) => searchedTo))
  await forgetAnswersAbout(
    { db, signal, onSearched: (to) => markSearched(db, userIds, to) },
    userIds,
    searchedByAll,
  )
  for (const userId of userIds) await deleteTheirRows(deps, LAST_ROWS, userId, signal)
  await forgetTraffic(db)
  if (!signal.aborted) await markErased(db, userIds)
}
