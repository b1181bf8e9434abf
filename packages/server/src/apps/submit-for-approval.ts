import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { type AppDetails, detailsOf } from './app-view.ts'
import { type OwnApp, ownAppLocked } from './own-app.ts'
import { loadRecord, submitApp } from './store.ts'

/**
 * Asks the host to approve the app and what it asks for. Asking again changes nothing.
 * @throws 404 for an app that is not the developer's, 412 when everything is approved already.
 */
export async function submitForApproval({ db }: { db: Database }, named: OwnApp): Promise<AppDetails> {
  const app = await db.transaction().execute(async (tx) => {
    const { id } = await ownAppLocked(tx, named)
    return (await submitApp(tx, id)) ?? nothingToApprove()
  })
  return detailsOf(await loadRecord(db, app))
}

function nothingToApprove(): never {
  throw new ApiError(
    'FAILED_PRECONDITION',
    'the host has approved the app and all it asks for: add the permissions or scopes it needs, then submit again',
    { reason: 'NOTHING_TO_APPROVE' },
  )
}
