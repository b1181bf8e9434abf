import { type UserAnswer, userAnswer } from '@charsu/protocol/users'
import type { AppUserIds } from '../access/app-user-ids.ts'
import type { UserToken } from '../access/callers.ts'
import { requireScope } from '../access/require-permission.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { findUser } from './store.ts'

export interface GetUserDeps {
  db: Database
  userIds: AppUserIds
}

/**
 * The token's user, as far as its scopes show them (wire contract §8).
 * @throws 403 with neither USER_ID nor USER_PHONE.
 */
export async function getUser({ db, userIds }: GetUserDeps, token: UserToken): Promise<UserAnswer> {
  requireScope(token, ['USER_ID', 'USER_PHONE'])
  const user = await findUser(db, token.userId)
  if (!user) {
    const message = 'the user of this token has been deleted: forget the token and what you hold of them'
    throw new ApiError('NOT_FOUND', message, { reason: 'USER_UNKNOWN' })
  }
  const id = userIds.toPublic(token.appId, user.id)
  return userAnswer({ id, phone: user.phone ?? undefined }, token.scopes)
}
