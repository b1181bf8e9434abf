import type { TouchpointName, TouchpointOperation } from '../apps/touchpoints.ts'
import type { Database } from '../db/database.ts'

export interface OfferedApp {
  id: string
  slug: string
  displayName: string
  ownerId: string
  development: boolean
  /** Null when the app is not offered at this place. */
  operation: TouchpointOperation | null
  /** With LOAD_WEBVIEW_DIRECT_LINK alone. */
  fallbackUrl: string | null
}

/** The app, and what opening it at this place does; null when there is no such app. */
export async function findOfferedApp(
  db: Database,
  slug: string,
  touchpoint: TouchpointName,
): Promise<OfferedApp | null> {
  const row = await db
    .selectFrom('apps as a')
    .leftJoin('app_touchpoints as t', (join) =>
      join.onRef('t.app_id', '=', 'a.id').on('t.touchpoint', '=', touchpoint),
    )
    .select([
      'a.id',
      'a.slug',
      'a.display_name',
      'a.owner_id',
      'a.development',
      't.operation',
      't.fallback_url',
    ])
    .where('a.slug', '=', slug)
    .executeTakeFirst()
  if (!row) return null
  return {
    id: row.id,
    slug: row.slug,
    displayName: row.display_name,
    ownerId: row.owner_id,
    development: row.development,
    operation: row.operation as TouchpointOperation | null,
    fallbackUrl: row.fallback_url,
  }
}

export interface PlacePost {
  ownerId: string
  state: string
  development: boolean
}

export async function findPlacePost(db: Database, token: string): Promise<PlacePost | null> {
  const row = await db
    .selectFrom('posts')
    .select(['owner_id', 'state', 'for_development'])
    .where('token', '=', token)
    .executeTakeFirst()
  return row ? { ownerId: row.owner_id, state: row.state, development: row.for_development } : null
}

export interface PlaceConversation {
  supplierId: string
  demandId: string
  postToken: string
  development: boolean
}

/** A conversation about a post; null for a chatbot's too, which is no place of the host's. */
export async function findPlaceConversation(db: Database, id: string): Promise<PlaceConversation | null> {
  const row = await db
    .selectFrom('conversations as c')
    .innerJoin('posts as p', 'p.id', 'c.post_id')
    .select(['c.supplier_id', 'c.demand_id', 'p.token', 'p.for_development'])
    .where('c.id', '=', id)
    .where('c.type', '=', 'POST')
    .executeTakeFirst()
  if (!row || row.supplier_id === null) return null
  return {
    supplierId: row.supplier_id,
    demandId: row.demand_id,
    postToken: row.token,
    development: row.for_development,
  }
}
