import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { blockUser, listBlocked, unblockUser } from '../marketplace/blocks.ts'
import { deleteUser } from '../marketplace/delete-user.ts'
import { upsertUsers } from '../marketplace/upsert-users.ts'
import { deletionAnswer, userAnswer } from './answers.ts'
import { BULK_BODY_LIMIT_BYTES } from './bulk-limit.ts'
import { checkedHostId, requireUser, unknownUser } from './find-or-refuse.ts'
import { userParser, userRowsParser } from './user-rows.ts'

export interface HostUserDeps {
  db: Database
  /** Drops what this node has cached under a tag such as `user:{id}`. */
  forget(tag: string): void
  /** Keyed hash of a host id, which is all that is remembered of a deleted person's. */
  hashHostId(hostId: string): Buffer
  eraser: { wake(): void }
}

export const hostUserRoutes = (deps: HostUserDeps): Route[] => [
  route({
    method: 'PUT',
    path: '/host/v1/users/:host_id',
    operation: 'Host_UpsertUser',
    summary: 'Create a user, or change the fields that are sent',
    caller: 'host',
    body: userParser,
    async handle({ params, body }) {
      const hostId = checkedHostId(params.host_id ?? '')
      await upsertUsers(deps, [{ hostId, ...body }])
      return userAnswer(await requireUser(deps.db, hostId))
    },
  }),
  route({
    method: 'POST',
    path: '/host/v1/users',
    operation: 'Host_UpsertUsers',
    summary: 'Create or change up to 1,000 users, all or none of them',
    caller: 'host',
    body: userRowsParser,
    bodyLimitBytes: BULK_BODY_LIMIT_BYTES,
    handle: ({ body }) => upsertUsers(deps, body),
  }),
  route({
    method: 'GET',
    path: '/host/v1/users/:host_id',
    operation: 'Host_GetUser',
    summary: 'Read a user',
    caller: 'host',
    handle: async ({ params }) => userAnswer(await requireUser(deps.db, params.host_id ?? '')),
  }),
  route({
    method: 'DELETE',
    path: '/host/v1/users/:host_id',
    operation: 'Host_DeleteUser',
    summary: 'Delete a person and all that is theirs; called again, it tells how far that is',
    caller: 'host',
    async handle({ params }) {
      const hostId = checkedHostId(params.host_id ?? '')
      const { db, forget, hashHostId, eraser } = deps
      const state = await deleteUser({ db, forget, hashHostId, onDeleted: () => eraser.wake() }, hostId)
      if (!state) throw unknownUser(hostId)
      return deletionAnswer(state)
    },
  }),
  route({
    method: 'GET',
    path: '/host/v1/users/:host_id/blocks',
    operation: 'Host_ListBlocks',
    summary: 'List whom a user has blocked, the latest first',
    caller: 'host',
    async handle({ params }) {
      const user = await requireUser(deps.db, params.host_id ?? '')
      const blocked = await listBlocked(deps.db, user.id)
      return {
        blocks: blocked.map(({ hostId, blockedAt }) => ({
          user: hostId,
          blocked_at: blockedAt.toISOString(),
        })),
      }
    },
  }),
  route({
    method: 'PUT',
    path: '/host/v1/users/:host_id/blocks/:other',
    operation: 'Host_BlockUser',
    summary: 'Let a user block another: neither can write to the other any more',
    caller: 'host',
    async handle({ params }) {
      await blockUser(deps.db, await bothSides(deps.db, params))
      return { blocked: true }
    },
  }),
  route({
    method: 'DELETE',
    path: '/host/v1/users/:host_id/blocks/:other',
    operation: 'Host_UnblockUser',
    summary: 'Take a user’s block of another back',
    caller: 'host',
    async handle({ params }) {
      await unblockUser(deps.db, await bothSides(deps.db, params))
      return { blocked: false }
    },
  }),
]

async function bothSides(db: Database, { host_id, other }: Readonly<Record<string, string>>) {
  const blocker = await requireUser(db, host_id ?? '')
  const blocked = await requireUser(db, other ?? '')
  return { blockerId: blocker.id, blockedId: blocked.id }
}
