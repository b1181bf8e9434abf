import { quoted } from '@charsu/protocol/text-length'
import { noOperator } from '../access/authenticator.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { recordChangedUsers, updateUsers } from '../marketplace/user-writes.ts'
import { recordAction } from './action-store.ts'
import { lockUsers, readUser, USER_FLAGS, type UserFlags, type UserRow } from './user-store.ts'

export interface ChangeUserDeps {
  db: Database
  /** Drops what this node has cached under a tag such as `user:{id}`. */
  authenticator: { forget(tag: string): void }
}

export interface ChangeUserInput {
  operatorId: string
  hostId: string
  flags: Partial<UserFlags>
}

/**
 * Changes the flags that are given, on every node at once, and writes down who did it. What changes nothing is not
 * written down.
 * @throws 403 the operator is none any more, 404 unknown user, 412 operators may not stop being one by themselves.
 */
export async function changeUserAsOperator(
  { db, authenticator }: ChangeUserDeps,
  { operatorId, hostId, flags }: ChangeUserInput,
): Promise<void> {
  const userId = await db.transaction().execute(async (tx) => {
    const { user, operator } = await lockUsers(tx, { hostId, operatorId })
    // Of two who take each other's flag away at once, one remains.
    if (!operator?.operator) throw noOperator()
    if (!user) return unknownUser(hostId)
    if (user.id === operatorId && flags.operator === false) throw ownFlag()
    const changed = USER_FLAGS.filter((flag) => flags[flag] !== undefined && flags[flag] !== user[flag])
    if (changed.length === 0) return null
    const after = Object.fromEntries(changed.map((flag) => [flag, !user[flag]]))
    const before = Object.fromEntries(changed.map((flag) => [flag, user[flag]]))
    await recordChangedUsers(tx, await updateUsers(tx, [{ hostId, ...after }], []))
    await recordAction(tx, { operatorId, action: 'change_user', userId: user.id, before, after })
    return user.id
  })
  if (userId) authenticator.forget(`user:${userId}`)
}

/** @throws 404 unknown user. */
export async function requireUser(db: Database, hostId: string): Promise<UserRow> {
  return (await readUser(db, hostId)) ?? unknownUser(hostId)
}

function unknownUser(hostId: string): never {
  throw new ApiError(
    'NOT_FOUND',
    `there is no user ${quoted(hostId)}: GET /operator/v1/users finds people by name, id and phone`,
    { reason: 'USER_UNKNOWN', metadata: { host_id: hostId.slice(0, 128) } },
  )
}

const ownFlag = (): ApiError =>
  new ApiError(
    'FAILED_PRECONDITION',
    'you cannot stop being an operator by yourself: ask another operator, or whoever runs the marketplace',
    { reason: 'OWN_OPERATOR_FLAG' },
  )
