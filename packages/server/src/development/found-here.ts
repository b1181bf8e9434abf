import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { findUserByHostId } from '../marketplace/store.ts'

/** Of an app that is here. @throws 404 APP_UNKNOWN. */
export async function requireAppId(db: Database, slug: string): Promise<string> {
  const app = await db.selectFrom('apps').select('id').where('slug', '=', slug).executeTakeFirst()
  if (!app) throw unknownApp(slug)
  return app.id
}

export const unknownApp = (slug: string): ApiError =>
  new ApiError(
    'NOT_FOUND',
    `there is no app ${slug} here: GET /dev/v1 lists those that are, PUT /dev/v1/apps/${slug} makes it`,
    { reason: 'APP_UNKNOWN' },
  )

/** Most characters of a host id that are repeated to whoever asked for it. */
const MOST_ECHOED = 128

/** Of a person who is here. @throws 404 USER_UNKNOWN. */
export async function requireUserId(db: Database, hostId: string): Promise<string> {
  const user = await findUserByHostId(db, hostId)
  if (user && !user.deleted_at) return user.id
  throw unknownPerson(hostId)
}

function unknownPerson(hostId: string): ApiError {
  const shown = hostId.slice(0, MOST_ECHOED)
  return new ApiError(
    'NOT_FOUND',
    `nobody here has the host id ${JSON.stringify(shown)}: GET /dev/v1 lists who there is`,
    { reason: 'USER_UNKNOWN', metadata: { host_id: shown } },
  )
}
