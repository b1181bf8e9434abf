import type { AppUserIds } from '../access/app-user-ids.ts'
import type { AppCaller } from '../access/callers.ts'
import type { Database } from '../db/database.ts'
import { ApiError, invalidArgument } from '../errors.ts'
import { normalPhone } from './phone.ts'
import { samePhones } from './same-phone.ts'
import { findUserByPhone } from './store.ts'

export interface GetUserIdByPhoneDeps {
  db: Database
  userIds: AppUserIds
  mode: 'development' | 'production'
}

/**
 * The per-app id of the person with a phone number, written in any usual form (wire contract §8). Whoever may ask can
 * find out which numbers are known here, so in production an app that the host has not approved finds its own developer,
 * and people whose consent to it stands, alone.
 * @throws 400 what is no phone number, 404 nobody to be found; neither repeats the number.
 */
export async function getUserIdByPhone(
  { db, userIds, mode }: GetUserIdByPhoneDeps,
  { appId, development }: AppCaller,
  text: string,
): Promise<{ user_id: string }> {
  const phone = normalPhone(text)
  if (phone === null) {
    const description = 'must be a phone number of 5 to 15 digits, such as 09121234567 or +989121234567'
    throw invalidArgument([{ field: 'phone', description }])
  }
  const isUnapproved = development && mode === 'production'
  const user = await findUserByPhone(db, samePhones(phone), isUnapproved ? appId : null)
  if (user) return { user_id: userIds.toPublic(appId, user.id) }
  const limits = isUnapproved
    ? '; an app in development finds its own developer and people who have consented to it alone'
    : ': check it, or ask the user for consent to USER_ID, which gives their id without their number'
  throw new ApiError('NOT_FOUND', `there is no user with this phone number${limits}`, {
    reason: 'USER_UNKNOWN',
  })
}
