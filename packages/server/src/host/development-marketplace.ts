import { type DevelopmentApp, openDevelopmentApp } from '../apps/development-app.ts'
import type { Database } from '../db/database.ts'
import { DEVELOPMENT_USERS, seedDevelopment } from '../marketplace/seed-development.ts'
import { findUserByHostId } from '../marketplace/store.ts'

export interface DevelopmentMarketplace {
  /** The example app; null when its name is taken. */
  app: DevelopmentApp | null
}

/**
 * What a developer finds at the first start: people, posts, a conversation, and an app to try it with. Every later
 * start finds the same, and leaves alone what was changed.
 */
export async function openDevelopmentMarketplace(db: Database): Promise<DevelopmentMarketplace> {
  await seedDevelopment(db)
  const developer = await findUserByHostId(db, DEVELOPMENT_USERS.developer.hostId)
  if (!developer) throw new Error('the development marketplace has no developer')
  return { app: await openDevelopmentApp(db, { developerId: developer.id }) }
}
