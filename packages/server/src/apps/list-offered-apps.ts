import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { TouchpointName, TouchpointOperation } from './touchpoints.ts'

/** An app that the host may offer at a place of its pages. */
export interface ListedOffer {
  slug: string
  displayName: string
  description: string
  avatarUrl: string | null
  operation: TouchpointOperation
  development: boolean
}

export interface OffersQuery {
  touchpoint: TouchpointName
  /** Whose development apps are offered too: all, or those of these people. */
  developersOf: 'everybody' | readonly string[]
  /** The slug that the page before ended with. */
  after: string
  limit: number
}

/**
 * The apps of a place by slug (wire contract §11): production apps with anything approved, and development apps of
 * the developers named. One that could not be opened is left out: a server link without its URL, a chatbot that may
 * not chat.
 */
export async function listOfferedApps(db: Database, query: OffersQuery): Promise<ListedOffer[]> {
  const { touchpoint, developersOf, after, limit } = query
  const everybody = developersOf === 'everybody'
  const developers = everybody ? [] : [...developersOf]
  const rows = await db
    .selectFrom('app_touchpoints as t')
    .innerJoin('apps as a', 'a.id', 't.app_id')
    .select(['a.slug', 'a.display_name', 'a.description', 'a.avatar_url', 'a.development', 't.operation'])
    .where('t.touchpoint', '=', touchpoint)
    .where('a.slug', '>', after)
    .where(
      sql<boolean>`case when a.development then ${everybody} or a.owner_id = any (${developers}::uuid[])
        else exists (select from app_scopes n where n.app_id = a.id and n.approved_at is not null)
          or exists (select from app_permissions n where n.app_id = a.id and n.approved_at is not null) end`,
    )
    .where(
      sql<boolean>`case t.operation
        when 'LOAD_WEBVIEW_SERVER_LINK' then a.session_initialization_url is not null
        when 'START_CHAT_BOT' then a.development or exists (select from app_permissions n where n.app_id = a.id
          and n.name = 'CHAT_BOT_SEND_MESSAGE' and n.approved_at is not null)
        else true end`,
    )
    .orderBy('a.slug')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    slug: row.slug,
    displayName: row.display_name,
    description: row.description,
    avatarUrl: row.avatar_url,
    operation: row.operation as TouchpointOperation,
    development: row.development,
  }))
}
