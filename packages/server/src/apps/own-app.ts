import { quoted } from '@charsu/protocol/text-length'
import type { Database, Tx } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { type AppRow, findApp, lockApp } from './store.ts'

/** An app as its developer names it. */
export interface OwnApp {
  developerId: string
  slug: string
}

/** @throws 404 when there is no such app, and just so when it is another developer's. */
export async function ownApp(db: Database, { developerId, slug }: OwnApp): Promise<AppRow> {
  return (await findApp(db, developerId, slug)) ?? unknown(slug)
}

/** The same, and nobody else changes the app or its keys until the transaction ends. */
export async function ownAppLocked(tx: Tx, { developerId, slug }: OwnApp): Promise<AppRow> {
  return (await lockApp(tx, developerId, slug)) ?? unknown(slug)
}

function unknown(slug: string): never {
  throw new ApiError('NOT_FOUND', `you have no app ${quoted(slug)}: GET /console/v1/apps lists yours`, {
    reason: 'APP_UNKNOWN',
  })
}
