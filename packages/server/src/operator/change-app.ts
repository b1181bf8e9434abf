import { quoted } from '@charsu/protocol/text-length'
import type { Database, Tx } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import type { AppApproval } from '../host/app-approval.ts'
import { writeDecision } from '../host/approve-app.ts'
import { type CallLimitsOfApp, writeLimits } from '../host/limit-app.ts'
import { recordAction } from './action-store.ts'
import { type AppRow, lockAppRow, readAppRow, readNames } from './app-store.ts'

export interface ChangeAppDeps {
  db: Database
  /** Drops what this node has cached under a tag such as `app:{id}`. */
  authenticator: { forget(tag: string): void }
}

interface NamedApp {
  operatorId: string
  slug: string
}

/**
 * Answers an app's submission, or takes its approval back, by the host's rules, and writes down who did it.
 * @throws 404 unknown app.
 */
export async function decideAppAsOperator(
  { db, authenticator }: ChangeAppDeps,
  { operatorId, slug, decision }: NamedApp & { decision: AppApproval },
): Promise<void> {
  const changed = await db.transaction().execute(async (tx) => {
    const { id } = (await lockAppRow(tx, slug)) ?? unknownApp(slug)
    const before = await standingOf(tx, slug)
    const appId = await writeDecision(tx, slug, decision)
    const after = { approved: decision.approved, ...(await standingOf(tx, slug)) }
    await recordAction(tx, { operatorId, action: 'decide_app', appId: id, before, after })
    return appId
  })
  if (changed) authenticator.forget(`app:${changed}`)
}

/**
 * Sets both limits of an app by the host's rules, and writes down who did it.
 * @throws 404 unknown app.
 */
export async function limitAppAsOperator(
  { db, authenticator }: ChangeAppDeps,
  { operatorId, slug, limits }: NamedApp & { limits: CallLimitsOfApp },
): Promise<void> {
  const appId = await db.transaction().execute(async (tx) => {
    const { id } = (await lockAppRow(tx, slug)) ?? unknownApp(slug)
    const before = await limitsOf(tx, slug)
    await writeLimits(tx, slug, limits)
    await recordAction(tx, {
      operatorId,
      action: 'limit_app',
      appId: id,
      before,
      after: await limitsOf(tx, slug),
    })
    return id
  })
  authenticator.forget(`app:${appId}`)
}

/** @throws 404 unknown app. */
export async function requireApp(db: Database | Tx, slug: string): Promise<AppRow> {
  return (await readAppRow(db, slug)) ?? unknownApp(slug)
}

async function standingOf(tx: Tx, slug: string) {
  const app = await requireApp(tx, slug)
  const approved = async (table: 'app_scopes' | 'app_permissions') =>
    (await readNames(tx, table, app.id)).filter((each) => each.approved).map(({ name }) => name)
  return {
    state: app.state,
    scopes: await approved('app_scopes'),
    permissions: await approved('app_permissions'),
  }
}

async function limitsOf(tx: Tx, slug: string) {
  const { calls_per_minute, calls_per_day } = await requireApp(tx, slug)
  return { per_minute: calls_per_minute, per_day: calls_per_day }
}

export function unknownApp(slug: string): never {
  throw new ApiError(
    'NOT_FOUND',
    `there is no app ${quoted(slug)}: GET /operator/v1/apps lists all of them`,
    {
      reason: 'APP_UNKNOWN',
    },
  )
}
