import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { changeEndpointLimits, type EndpointLimits, enableEndpoint, loadEndpoint } from './endpoint-store.ts'
import { type EndpointHealth, endpointView } from './endpoint-view.ts'
import { type OwnApp, ownApp, ownAppLocked } from './own-app.ts'

interface EndpointDeps {
  db: Database
}

/** What becomes of the deliveries that were held while the endpoint was disabled. */
export type HeldChoice = 'release' | 'drop'

/** @throws 404 for an app that is not the developer's. */
export async function readEndpoint({ db }: EndpointDeps, named: OwnApp): Promise<EndpointHealth> {
  const app = await ownApp(db, named)
  const row = await loadEndpoint(db, app.id)
  if (!row) throw new Error(`app ${app.id} has no endpoint`)
  return endpointView(row)
}

/**
 * Changes the limits that are given; every node obeys them from its next lease on.
 * @throws 404 for an app that is not the developer's.
 */
export async function limitEndpoint(
  { db }: EndpointDeps,
  { limits, ...named }: OwnApp & { limits: Partial<EndpointLimits> },
): Promise<EndpointHealth> {
  await db.transaction().execute(async (tx) => {
    const app = await ownAppLocked(tx, named)
    await changeEndpointLimits(tx, app.id, limits)
  })
  return await readEndpoint({ db }, named)
}

/**
 * Lets deliveries go out again. Those that were held go first, or end as dead (`dropped_on_reenabling`), which can be
 * replayed.
 * @throws 404, and 412 when the endpoint is not disabled.
 */
export async function reenableEndpoint(
  { db }: EndpointDeps,
  { held, ...named }: OwnApp & { held: HeldChoice },
): Promise<EndpointHealth> {
  await db.transaction().execute(async (tx) => {
    const app = await ownAppLocked(tx, named)
    if (await enableEndpoint(tx, { appId: app.id, dropHeld: held === 'drop' })) return
    throw new ApiError('FAILED_PRECONDITION', 'the endpoint is not disabled, so there is nothing to enable', {
      reason: 'ENDPOINT_NOT_DISABLED',
    })
  })
  return await readEndpoint({ db }, named)
}
