import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

const BATCH = 500

/**
 * Archives a deleted person's posts, and copies that developers made of them, and takes everything out of them but
 * their tokens, which conversations name. They are locked in the order of their tokens, as bulk calls lock them. Ends
 * between two batches when the signal is given.
 */
export async function erasePostsOf(
  { db, signal }: { db: Database; signal: AbortSignal },
  ownerId: string,
): Promise<void> {
  while (!signal.aborted) {
    const { numAffectedRows = 0n } = await sql`
      update posts
      set category = '', city = '', district = '', title = '', images = '[]', state = 'ARCHIVED', chat_enabled = false,
        is_phone_hidden = true, data = '{}', location = '{}', video = '{}', business = '{}', reject_reason = '',
        last_modified_at = clock_timestamp()
      where id = any (array(
        select l.id from posts l
        where l.id = any (array(
          select p.id from posts p
          where p.id = any (array(
              select o.id from posts o where o.owner_id = ${ownerId}::uuid
              union all
              select c.id from posts o join posts c on c.copied_from = o.id where o.owner_id = ${ownerId}::uuid))
            and not is_erased_post(p)
          limit ${BATCH}))
        order by l.token for no key update))`.execute(db)
    if (numAffectedRows === 0n) return
  }
}
