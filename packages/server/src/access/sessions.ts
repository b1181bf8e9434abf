import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import { invalidArgument } from '../errors.ts'
import { hashSecret, newSecret } from '../ids.ts'
import { recordInvalidation } from './invalidations.ts'
import { returnPathFault } from './return-path.ts'

/** Seconds that a session lasts. */
export const SESSION_SECONDS = 30 * 24 * 3600
/** Seconds that a login link may be opened. */
const LOGIN_LINK_SECONDS = 5 * 60

/** How a login link ended up; `opened` only once in its life. */
export type LoginLinkUse =
  | { outcome: 'opened'; userId: string; returnTo: string }
  | { outcome: 'used' | 'expired'; returnTo: string }
  | { outcome: 'unknown' }

/**
 * Makes a link that logs `userId` in once within five minutes and then leads to `returnTo`.
 * @returns the secret for `/login/{secret}`; only its hash is kept.
 * @throws 400 on `return_to` when it is not a path of this origin.
 */
export async function createLoginLink(
  tx: Tx,
  input: { userId: string; returnTo: string },
): Promise<{ secret: string; expiresAt: Date }> {
  const fault = returnPathFault(input.returnTo)
  if (fault) throw invalidArgument([{ field: 'return_to', description: fault }])
  const secret = newSecret('cl')
  const { expires_at } = await tx
    .insertInto('login_links')
    .values({
      hash: hashSecret(secret),
      user_id: input.userId,
      return_to: input.returnTo,
      expires_at: secondsFromNow(LOGIN_LINK_SECONDS),
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  return { secret, expiresAt: expires_at }
}

/** Uses a login link up: of several browsers that open it at once, one is logged in. */
export async function useLoginLink(tx: Tx, secret: string): Promise<LoginLinkUse> {
  const hash = hashSecret(secret)
  const won = await tx
    .updateTable('login_links')
    .set({ used_at: sql<Date>`now()` })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning(['user_id', 'return_to'])
    .executeTakeFirst()
  if (won) return { outcome: 'opened', userId: won.user_id, returnTo: won.return_to }
  const row = await tx
    .selectFrom('login_links')
    .select(['used_at', 'return_to'])
    .where('hash', '=', hash)
    .executeTakeFirst()
  if (!row) return { outcome: 'unknown' }
  return { outcome: row.used_at ? 'used' : 'expired', returnTo: row.return_to }
}

/** @returns the secret for the session cookie; only its hash is kept. */
export async function createSession(tx: Tx, userId: string): Promise<string> {
  const secret = newSecret('cs')
  await tx
    .insertInto('sessions')
    .values({ hash: hashSecret(secret), user_id: userId, expires_at: secondsFromNow(SESSION_SECONDS) })
    .execute()
  return secret
}

/** Ends one session; the caller forgets `user:{userId}` in its authenticator after the commit. */
export async function endSession(tx: Tx, session: { sessionHash: Buffer; userId: string }): Promise<void> {
  await tx.deleteFrom('sessions').where('hash', '=', session.sessionHash).execute()
  await recordInvalidation(tx, 'user', session.userId)
}

/** Removes sessions that ended, and login links that can no longer be used: for a day they say why. */
export async function pruneSessions(db: Database, signal: AbortSignal): Promise<void> {
  const by = sql`t.expires_at`
  await deleteInBatches({ db, signal }, { table: 'sessions', by, before: sql`now()` })
  await deleteInBatches({ db, signal }, { table: 'login_links', by, before: sql`now() - interval '1 day'` })
}

const secondsFromNow = (seconds: number) => sql<Date>`now() + make_interval(secs => ${seconds})`
