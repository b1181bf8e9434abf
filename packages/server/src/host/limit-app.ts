import { type Parser, parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { recordInvalidation } from '../access/invalidations.ts'
import type { Tx } from '../db/database.ts'
import { type DecideAppDeps, unknownApp } from './approve-app.ts'

const MOST_CALLS = 1_000_000_000

const Limit = Type.Optional(
  Type.Integer({ minimum: 0, maximum: MOST_CALLS, description: '0 for no limit; absent for the usual one' }),
)
/** Nothing else is taken: a misspelt limit would otherwise count as one that is lifted. */
const Limits = Type.Object({ per_minute: Limit, per_day: Limit }, { additionalProperties: false })

/** What the host allows one app instead of the usual limits; absent where the usual one holds. */
export type CallLimitsOfApp = Type.Static<typeof Limits>

/** Body of `PUT /host/v1/apps/{slug}/limits`. */
export const callLimitsParser: Parser<CallLimitsOfApp> = parser(Limits)

/**
 * Sets both limits of an app (wire contract §12); in force on every node within a second. What it has used of the
 * present windows stays used.
 * @throws 404 unknown app.
 */
export async function limitApp(
  { db, forget }: DecideAppDeps,
  slug: string,
  limits: CallLimitsOfApp,
): Promise<void> {
  const id = await db.transaction().execute((tx) => writeLimits(tx, slug, limits))
  forget(`app:${id}`)
}

/** @returns the app of which every node has to forget what it holds once this is committed. */
export async function writeLimits(tx: Tx, slug: string, limits: CallLimitsOfApp): Promise<string> {
  const app = await tx
    .updateTable('apps')
    .set({ calls_per_minute: limits.per_minute ?? null, calls_per_day: limits.per_day ?? null })
    .where('slug', '=', slug)
    .returning('id')
    .executeTakeFirst()
  if (!app) throw unknownApp(slug)
  await recordInvalidation(tx, 'app', app.id)
  return app.id
}
