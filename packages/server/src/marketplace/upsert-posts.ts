import type { PostState } from '@charsu/protocol/posts'
import type { Database } from '../db/database.ts'
import { type FieldViolation, invalidArgument } from '../errors.ts'
import {
  insertNewPosts,
  lockPosts,
  ownersOfPosts,
  type PostRow,
  updatePosts,
  userIdsOf,
} from './post-writes.ts'
import type { UpsertCounts } from './upsert-users.ts'

/** A removed post is kept, for its conversations' sake, but no app sees it any more. */
export const REMOVED_STATE = 'ARCHIVED'

export type StoredPostState = PostState | typeof REMOVED_STATE

/** What the host says of a post. What is undefined stays as it is, or takes its default for a new one. */
export interface PostUpsert {
  token: string
  /** Host id of its owner; needed for a new post, and never another than before. */
  owner?: string | undefined
  category?: string | undefined
  city?: string | undefined
  district?: string | undefined
  title?: string | undefined
  images?: string[] | undefined
  state?: StoredPostState | undefined
  chatEnabled?: boolean | undefined
  isPhoneHidden?: boolean | undefined
  development?: boolean | undefined
  firstPublishedAt?: Date | undefined
  lastModifiedAt?: Date | undefined
  data?: Record<string, unknown> | undefined
}

/** Names a field of the n-th row for the caller, e.g. `posts[3].owner`. */
export type FieldOfRow = (row: number, field: string) => string

/**
 * Creates or changes posts, all or none of them; rows are written in the order that keeps concurrent calls from
 * deadlocks, as in `upsertUsers`.
 * @param posts with no token twice.
 * @throws 400 naming each row whose owner is unknown, missing for a new post, or another than the post's.
 */
export async function upsertPosts(
  db: Database,
  posts: readonly PostUpsert[],
  fieldOfRow: FieldOfRow,
): Promise<UpsertCounts> {
  return db.transaction().execute(async (tx) => {
    const owners = await userIdsOf(tx, [...new Set(posts.flatMap(({ owner }) => owner ?? []))])
    const tokens = posts.map(({ token }) => token)
    refuse(ownerFaults(posts, owners, await ownersOfPosts(tx, tokens), fieldOfRow))
    const rows: PostRow[] = posts.map((post) => ({ ...post, ownerId: owners.get(post.owner ?? '') ?? null }))
    const inserted = await insertNewPosts(tx, rows)
    if (inserted.length === posts.length) return { created: inserted.length, updated: 0, unchanged: 0 }
    // A post that somebody else made since we looked may belong to another owner.
    refuse(ownerFaults(posts, owners, await lockPosts(tx, tokens), fieldOfRow))
    const updated = await updatePosts(tx, rows, inserted)
    return { created: inserted.length, updated, unchanged: posts.length - inserted.length - updated }
  })
}

function refuse(violations: readonly FieldViolation[]): void {
  if (violations.length > 0) throw invalidArgument(violations)
}

/**
 * @param owners user id by host id, of those that exist.
 * @param present owner's user id by token, of the posts that exist.
 */
function ownerFaults(
  posts: readonly PostUpsert[],
  owners: ReadonlyMap<string, string>,
  present: ReadonlyMap<string, string>,
  fieldOfRow: FieldOfRow,
): FieldViolation[] {
  return posts.flatMap(({ token, owner }, row) => {
    const fault = ownerFault(owner, owner === undefined ? undefined : owners.get(owner), present.get(token))
    return fault ? [{ field: fieldOfRow(row, 'owner'), description: fault }] : []
  })
}

function ownerFault(
  owner: string | undefined,
  ownerId: string | undefined,
  presentOwnerId: string | undefined,
): string | undefined {
  if (owner === undefined) {
    return presentOwnerId === undefined
      ? 'is required for a new post; send the host_id of its owner'
      : undefined
  }
  if (ownerId === undefined) {
    return `is ${JSON.stringify(owner)}, but there is no such user; upsert the user first`
  }
  if (presentOwnerId === undefined || presentOwnerId === ownerId) return undefined
  return 'differs from the owner of the post, which never changes; leave it out, or use a new token'
}
