import { type Selectable, sql } from 'kysely'
import type { Database, Tx } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import type { MediaOwner } from './media-owner.ts'

/** All SQL on uploaded files but their removal, which is in removal-store.ts. */

export type MediaRow = Selectable<Tables['media']>

export interface NewMedia {
  id: string
  owner: MediaOwner
  type: MediaRow['type']
  contentType: string
  name: string | null
  sizeBytes: number
  sha256: Buffer
  size: { width: number; height: number } | null
  thumbnail: { type: string; bytes: number } | null
}

/** What an owner has uploaded and not sent. */
export interface Waiting {
  files: number
  bytes: number
}

export async function countWaiting(db: Database | Tx, owner: MediaOwner): Promise<Waiting> {
  const { files, bytes } = await db
    .selectFrom('media')
    .select(({ fn }) => [
      fn.countAll<number>().as('files'),
      sql<number>`coalesce(sum(size_bytes), 0)::bigint`.as('bytes'),
    ])
    .where('owner_kind', '=', owner.kind)
    .where('owner_id', '=', owner.id)
    .where('used_at', 'is', null)
    .where('state', '<>', 'removing')
    .executeTakeFirstOrThrow()
  return { files: Number(files), bytes: Number(bytes) }
}

/** Uploads of one owner are counted one after another, on whatever nodes they come in. */
export async function lockOwner(tx: Tx, owner: MediaOwner): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('media of ' || ${owner.id}::text, 0))`.execute(tx)
}

export async function insertStoring(tx: Tx, media: NewMedia): Promise<void> {
  await tx
    .insertInto('media')
    .values({
      id: media.id,
      owner_kind: media.owner.kind,
      owner_id: media.owner.id,
      type: media.type,
      content_type: media.contentType,
      name: media.name,
      size_bytes: media.sizeBytes,
      sha256: media.sha256,
      width_px: media.size?.width ?? null,
      height_px: media.size?.height ?? null,
      thumbnail_type: media.thumbnail?.type ?? null,
      thumbnail_bytes: media.thumbnail?.bytes ?? null,
    })
    .execute()
}

/** @returns false when it is no longer being stored: it took too long, or its owner was deleted. */
export async function markReady(db: Database, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('media')
    .set({ state: 'ready', check_at: sql<Date>`clock_timestamp() + interval '1 day'` })
    .where('id', '=', id)
    .where('state', '=', 'storing')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function deleteMedia(db: Database, ids: readonly string[]): Promise<void> {
  await db.deleteFrom('media').where('id', 'in', ids).execute()
}

/** What can be served. */
export async function findReady(db: Database, id: string): Promise<MediaRow | null> {
  const row = await db
    .selectFrom('media')
    .selectAll()
    .where('id', '=', id)
    .where('state', '=', 'ready')
    .executeTakeFirst()
  return row ?? null
}

export async function claimMedia(
  db: Database,
  claim: { id: string; owner: MediaOwner; messageId: string },
): Promise<MediaRow | null> {
  const { id, owner, messageId } = claim
  const { rows } = await sql<MediaRow>`
    select * from claim_media(${id}, ${owner.kind}, ${owner.id}, ${messageId})`.execute(db)
  return rows[0] ?? null
}
