import type { NoticeToSend } from '@charsu/protocol/send-event'
import type { AppUserIds } from '../access/app-user-ids.ts'
import type { AppUserCaller } from '../access/callers.ts'
import { requireDevelopmentPost } from '../access/development-posts.ts'
import { requireScope } from '../access/require-permission.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { newId } from '../ids.ts'
import { findRecipient, insertNotice, ownPost } from './store.ts'

/** Told after the commit that this user has a new notice. */
export interface NoticeReaders {
  wakeUser(userId: string): void
}

export interface SendNoticeDeps {
  db: Database
  userIds: AppUserIds
  readers: NoticeReaders
}

export interface SendNoticeInput {
  caller: AppUserCaller
  notice: NoticeToSend
}

/**
 * An app tells the token's user something outside any chat (wire contract §6).
 * @throws 403 scope missing, a target that is not the token's user or a post of theirs, or a development app and no
 * development post; 412 code 9 the user is
 * blacklisted; 401 the consent was revoked meanwhile.
 */
export async function sendNotice(
  deps: SendNoticeDeps,
  { caller, notice }: SendNoticeInput,
): Promise<Record<string, never>> {
  const { token } = caller
  requireScope(token, ['SEND_EVENT'])
  const postId = await targetPost(deps, caller, notice.target)

  await deps.db.transaction().execute(async (tx) => {
    const recipient = await findRecipient(tx, token)
    if (!recipient) throw revokedMeanwhile()
    if (recipient.blacklisted) throw restricted()
    await insertNotice(tx, {
      id: newId(),
      appId: caller.appId,
      userId: token.userId,
      targetType: notice.target.type,
      postId,
      message: notice.message ?? null,
      buttons: {
        ...(notice.primaryButton && { primary: notice.primaryButton }),
        ...(notice.secondaryButton && { secondary: notice.secondaryButton }),
      },
    })
  })
  deps.readers.wakeUser(token.userId)
  return {}
}

/** The post's id, or null for a notice to the user as such. */
async function targetPost(
  { db, userIds }: SendNoticeDeps,
  caller: AppUserCaller,
  target: NoticeToSend['target'],
): Promise<string | null> {
  const { appId, token } = caller
  if (target.type === 'USER') {
    if (target.id === undefined || userIds.toUserId(appId, target.id) === token.userId) return null
    throw foreignTarget('is not the token’s user: leave target_resource_id out, or send that user’s id')
  }
  const post = await ownPost(db, target.id, token.userId)
  // The same for posts of others and for none, so that nobody can find out which posts exist.
  if (post === null) throw foreignTarget('is no post of the token’s user: name one of theirs')
  requireDevelopmentPost(caller, post.development)
  return post.id
}

const foreignTarget = (what: string): ApiError =>
  new ApiError('PERMISSION_DENIED', `target_resource_id ${what}`, { reason: 'TARGET_NOT_OWNED' })

const restricted = (): ApiError =>
  new ApiError('FAILED_PRECONDITION', "event delivery failed due to recipient's restriction", {
    reason: 'RECIPIENT_RESTRICTED',
  })

const revokedMeanwhile = (): ApiError =>
  new ApiError(
    'UNAUTHENTICATED',
    'the user token expired or was revoked a moment ago: ask for consent again at /oauth2/auth',
    { reason: 'CREDENTIAL_REVOKED' },
  )
