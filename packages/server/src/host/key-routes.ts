import * as Type from 'typebox'
import { ApiKeyView, createKeyOf, listKeysOf, revokeKeyOf } from '../apps/api-keys.ts'
import { newKeyParser } from '../apps/new-key-body.ts'
import type { Database, Tx } from '../db/database.ts'
import { type Route, route, shownOnce } from '../http/route.ts'
import { unknownApp } from './approve-app.ts'

export interface HostKeyDeps {
  db: Database
  /** Drops what this node has cached under a tag such as `key:{id}`. */
  forget(tag: string): void
}

const KEYS = '/host/v1/apps/:slug/keys'

/** API keys of any app, for an operator who has found one where it should not be. */
export const hostKeyRoutes = (deps: HostKeyDeps): Route[] => [
  route({
    method: 'GET',
    path: KEYS,
    operation: 'Host_ListKeys',
    summary: 'An app’s API keys by their first characters, revoked ones too',
    caller: 'host',
    answer: Type.Object({ keys: Type.Array(ApiKeyView) }),
    handle: async ({ params }) => ({
      keys: await listKeysOf(deps.db, await findApp(deps.db, params.slug ?? '')),
    }),
  }),
  route({
    method: 'POST',
    path: KEYS,
    operation: 'Host_CreateKey',
    summary: 'Make an API key for an app; it is shown in this answer alone',
    caller: 'host',
    body: newKeyParser,
    answer: Type.Object({ ...ApiKeyView.properties, key: Type.String() }),
    handle: async ({ params, body: { name = '', permissions } }) =>
      shownOnce(
        await deps.db
          .transaction()
          .execute(async (tx) =>
            createKeyOf(tx, await holdApp(tx, params.slug ?? ''), { name, permissions }),
          ),
      ),
  }),
  route({
    method: 'DELETE',
    path: `${KEYS}/:key_id`,
    operation: 'Host_RevokeKey',
    summary: 'Revoke an API key: it stops working within a second everywhere',
    caller: 'host',
    answer: ApiKeyView,
    handle: async ({ params: { slug = '', key_id: keyId = '' } }) => {
      const app = await findApp(deps.db, slug)
      const credentials = { forget: deps.forget }
      return revokeKeyOf({ db: deps.db, credentials }, { app, keyId, list: `/host/v1/apps/${slug}/keys` })
    },
  }),
]

async function findApp(db: Database, slug: string): Promise<{ id: string }> {
  const app = await db.selectFrom('apps').select('id').where('slug', '=', slug).executeTakeFirst()
  if (!app) throw unknownApp(slug)
  return app
}

/** The same, and nobody changes the app or its keys until the transaction ends. */
async function holdApp(tx: Tx, slug: string): Promise<{ id: string }> {
  const app = await tx
    .selectFrom('apps')
    .select('id')
    .where('slug', '=', slug)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!app) throw unknownApp(slug)
  return app
}
