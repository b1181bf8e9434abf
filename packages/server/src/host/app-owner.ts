import { normalizer, type Parser } from '@charsu/protocol/parse'
import { sql } from 'kysely'
import * as Type from 'typebox'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { type AppOverview, readApp } from './app-store.ts'
import { unknownApp } from './approve-app.ts'
import { requireUser } from './find-or-refuse.ts'
import { HostIdSchema } from './user-rows.ts'

/** Body of `PUT /host/v1/apps/{slug}/owner`. */
export const appOwnerParser: Parser<{ owner: string }> = normalizer(
  Type.Object({ owner: HostIdSchema }),
  (value) => ({ owner: String((value as { owner?: unknown }).owner) }),
)

/**
 * Hands an app over to another developer: from then on they alone see and change it in the console. Its keys, consents
 * and deliveries go on as they are.
 * @throws 404 unknown app or user, 412 the user is no developer.
 */
export async function handAppOver(db: Database, slug: string, owner: string): Promise<AppOverview> {
  const developer = await requireUser(db, owner)
  if (!developer.developer) {
    throw new ApiError(
      'FAILED_PRECONDITION',
      `the user ${JSON.stringify(owner)} is no developer: set developer to true with PUT /host/v1/users/{host_id} first`,
      { reason: 'OWNER_NOT_A_DEVELOPER' },
    )
  }
  await db
    .updateTable('apps')
    .set({ owner_id: developer.id, updated_at: sql<Date>`now()` })
    .where('slug', '=', slug)
    .where('owner_id', '<>', developer.id)
    .execute()
  const app = await readApp(db, slug)
  if (!app) throw unknownApp(slug)
  return app
}
