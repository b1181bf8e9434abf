import { didYouMean } from '@charsu/protocol/nearest'
import { quoted } from '@charsu/protocol/text-length'
import * as Type from 'typebox'
import { recordInvalidation } from '../access/invalidations.ts'
import type { Database, Tx } from '../db/database.ts'
import { ApiError, type FieldViolation, invalidArgument } from '../errors.ts'
import { hashSecret, isUuid, newId, newSecret } from '../ids.ts'
import type { AppsDeps } from './change-app.ts'
import {
  askedPermissions,
  countLivingKeys,
  insertKey,
  type KeyRow,
  listKeys,
  revokeKey,
} from './key-store.ts'
import { type OwnApp, ownApp, ownAppLocked } from './own-app.ts'

const HINT_LENGTH = 8
const MAX_LIVING_KEYS = 50

/** An API key as its developer sees it after the moment of its making: never the key itself. */
export const ApiKeyView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  hint: Type.String({ description: 'the first characters of the key' }),
  permissions: Type.Array(Type.String()),
  created_at: Type.String({ format: 'date-time' }),
  revoked_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
})
export type ApiKeyView = Type.Static<typeof ApiKeyView>

const viewOf = ({ app_id: _, created_at, revoked_at, ...key }: KeyRow): ApiKeyView => ({
  ...key,
  created_at: created_at.toISOString(),
  revoked_at: revoked_at?.toISOString() ?? null,
})

/** All keys of an app, revoked ones too, the newest first. */
export async function listApiKeys({ db }: Pick<AppsDeps, 'db'>, named: OwnApp): Promise<ApiKeyView[]> {
  return listKeysOf(db, await ownApp(db, named))
}

export const listKeysOf = async (db: Database, app: { id: string }): Promise<ApiKeyView[]> =>
  (await listKeys(db, app.id)).map(viewOf)

export interface NewKey {
  name: string
  permissions: readonly string[]
}

/**
 * A key that carries some of the permissions that the app asks for; the answer alone holds it (wire contract §1).
 * @throws 400 naming each permission that the app does not ask for, 404, 412 when 50 keys are alive.
 */
export const createApiKey = (
  { db }: Pick<AppsDeps, 'db'>,
  { name, permissions, ...named }: OwnApp & NewKey,
): Promise<ApiKeyView & { key: string }> =>
  db
    .transaction()
    .execute(async (tx) => createKeyOf(tx, await ownAppLocked(tx, named), { name, permissions }))

/** @param app held, so that a permission given up at this moment cannot live on in the new key. */
export async function createKeyOf(
  tx: Tx,
  app: { id: string },
  { name, permissions }: NewKey,
): Promise<ApiKeyView & { key: string }> {
  const violations = notAskedFor(permissions, await askedPermissions(tx, app.id))
  if (violations.length > 0) throw invalidArgument(violations)
  if ((await countLivingKeys(tx, app.id)) >= MAX_LIVING_KEYS) throw tooMany()
  const key = newSecret('ck')
  const row = await insertKey(tx, {
    id: newId(),
    app_id: app.id,
    name,
    hash: hashSecret(key),
    hint: key.slice(0, HINT_LENGTH),
    permissions: [...new Set(permissions)],
  })
  return { ...viewOf(row), key }
}

function notAskedFor(permissions: readonly string[], asked: readonly string[]): FieldViolation[] {
  return permissions.flatMap((name, i) => {
    if (asked.includes(name)) return []
    const hint = didYouMean(name, asked) || ' Add it to the app’s permissions first.'
    return [
      {
        field: `permissions[${i}]`,
        description: `${quoted(name)} is not among the app’s permissions.${hint}`,
      },
    ]
  })
}

const tooMany = (): ApiError =>
  new ApiError(
    'FAILED_PRECONDITION',
    `the app has ${MAX_LIVING_KEYS} keys in force, the most it may have: revoke one that is no longer used`,
    { reason: 'TOO_MANY_KEYS' },
  )

/**
 * The key stops working at once on this node, and on every other within a second. Revoking it again changes nothing.
 * @throws 404 for a key that the app does not have.
 */
export async function revokeApiKey(
  deps: AppsDeps,
  { keyId, ...named }: OwnApp & { keyId: string },
): Promise<ApiKeyView> {
  const app = await ownApp(deps.db, named)
  const list = `/console/v1/apps/${named.slug}/keys`
  return revokeKeyOf(deps, { app, keyId, list })
}

/** @param named.list where the caller finds the keys that there are. */
export async function revokeKeyOf(
  { db, credentials }: AppsDeps,
  { app, keyId, list }: { app: { id: string }; keyId: string; list: string },
): Promise<ApiKeyView> {
  const row = await db.transaction().execute(async (tx) => {
    const revoked = isUuid(keyId) ? await revokeKey(tx, app.id, keyId) : null
    if (!revoked) throw unknownKey(list)
    await recordInvalidation(tx, 'key', revoked.id)
    return revoked
  })
  credentials.forget(`key:${row.id}`)
  return viewOf(row)
}

const unknownKey = (list: string): ApiError =>
  new ApiError('NOT_FOUND', `the app has no such key: GET ${list} lists its keys`, {
    reason: 'KEY_UNKNOWN',
  })
