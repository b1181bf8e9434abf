import type { NoticeButton } from '@charsu/protocol/send-event'
import { sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'

/** How a notice's buttons are kept. */
export interface NoticeButtons {
  primary?: NoticeButton
  secondary?: NoticeButton
}

export async function ownPost(
  db: Database,
  token: string,
  ownerId: string,
): Promise<{ id: string; development: boolean } | null> {
  const row = await db
    .selectFrom('posts')
    .select(['id', 'for_development as development'])
    .where('token', '=', token)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst()
  return row ?? null
}

/** The token's user, or null when the token or its grant has ended; the grant cannot be revoked before we commit. */
export async function findRecipient(
  tx: Tx,
  token: { tokenId: string; userId: string; grantId: string },
): Promise<{ blacklisted: boolean } | null> {
  const grant = await tx
    .selectFrom('grants')
    .select('id')
    .where('id', '=', token.grantId)
    .where('revoked_at', 'is', null)
    .forShare()
    .executeTakeFirst()
  if (!grant) return null
  const row = await tx
    .selectFrom('access_tokens as t')
    .innerJoin('users as u', 'u.id', 't.user_id')
    .select('u.blacklisted')
    .where('t.id', '=', token.tokenId)
    .where('t.revoked_at', 'is', null)
    .where('t.expires_at', '>', sql<Date>`clock_timestamp()`)
    .executeTakeFirst()
  return row ?? null
}

export interface NewNotice {
  id: string
  appId: string
  userId: string
  targetType: 'USER' | 'POST'
  postId: string | null
  message: string | null
  buttons: NoticeButtons
}

export async function insertNotice(tx: Tx, notice: NewNotice): Promise<void> {
  await tx
    .insertInto('notices')
    .values({
      id: notice.id,
      app_id: notice.appId,
      user_id: notice.userId,
      target_type: notice.targetType,
      post_id: notice.postId,
      message: notice.message,
      buttons: JSON.stringify(notice.buttons),
    })
    .execute()
}
