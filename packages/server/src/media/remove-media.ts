import type { Database, Tx } from '../db/database.ts'
import { deleteUses, giveUpMediaOfUser } from './removal-store.ts'

/**
 * Takes everything that a person has uploaded out of service, also what messages show: its links answer 410 from the
 * commit on, on every node, and housekeeping removes the files and their rows. What is left to the caller: the
 * messages' own copy of a file's name and size (`messages.body.media`).
 */
export const removeMediaOfUser = (db: Database | Tx, userId: string): Promise<void> =>
  giveUpMediaOfUser(db, userId)

/**
 * Lets go of what messages show that are being deleted or emptied: files of which no message is left are removed a day
 * after their last use, whosever they are.
 */
export const releaseMediaOf = (tx: Tx, messageIds: readonly string[]): Promise<void> =>
  deleteUses(tx, messageIds)
