import * as Type from 'typebox'
import type { Database } from '../db/database.ts'
import { countUnseenAlerts } from './alert-store.ts'
import { AppSummary, summaryOf } from './app-view.ts'
import { listApps } from './store.ts'

export const ListedApp = Type.Object({
  ...AppSummary.properties,
  unseen_alerts: Type.Integer({ description: 'alerts that nobody has marked as seen' }),
})
export type ListedApp = Type.Static<typeof ListedApp>

/** A developer's apps, by slug. */
export async function listOwnApps({ db }: { db: Database }, developerId: string): Promise<ListedApp[]> {
  const [apps, unseen] = await Promise.all([listApps(db, developerId), countUnseenAlerts(db, developerId)])
  return apps.map((app) => ({ ...summaryOf(app), unseen_alerts: unseen.get(app.id) ?? 0 }))
}
