import type { Database, Tx } from '../db/database.ts'
import type { PostBusiness, PostLocation, PostVideo } from '../db/tables.ts'
import { ApiError, type FieldViolation, invalidArgument } from '../errors.ts'
import { REMOVED_STATE, type StoredPostState } from './post-states.ts'
import {
  insertNewPosts,
  lockPosts,
  type PostRow,
  type PresentPost,
  presentPosts,
  updatePosts,
  userIdsOf,
  type WrittenPost,
} from './post-writes.ts'
import { publishChangesOfPosts } from './publish-changes-of-posts.ts'
import type { UpsertCounts } from './upsert-users.ts'

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
  /** These three are taken away by an empty object, the reason by an empty text. */
  location?: PostLocation | NothingThere | undefined
  video?: PostVideo | NothingThere | undefined
  business?: PostBusiness | undefined
  rejectReason?: string | undefined
}

type NothingThere = Record<string, never>

/** Names a field of the n-th row for the caller, e.g. `posts[3].owner`. */
export type FieldOfRow = (row: number, field: string) => string

export interface UpsertPostsDeps {
  db: Database
  /** Called after the commit when deliveries are due. */
  onDeliveriesDue(): void
  /** In development everything is development data: of a new post it need not be said. */
  mode: 'development' | 'production'
}

export interface UpsertPostsOptions {
  fieldOfRow: FieldOfRow
  /** W3C trace context of the request, which the deliveries continue. */
  traceparent: string | null
}

/**
 * Creates or changes posts, all or none of them, and publishes what their owners' apps are to hear of it (wire
 * contract §5). Rows are written in the order that keeps concurrent calls from deadlocks, as in `upsertUsers`.
 * @param posts with no token twice.
 * @throws 400 naming each row whose owner is unknown, missing for a new post, or another than the post's, or that would
 * make another kind of post of a development post or of any other; 412 naming those of a deleted person.
 */
export async function upsertPosts(
  deps: UpsertPostsDeps,
  posts: readonly PostUpsert[],
  { fieldOfRow, traceparent }: UpsertPostsOptions,
): Promise<UpsertCounts> {
  const { counts, due } = await deps.db.transaction().execute(async (tx) => {
    const owners = await userIdsOf(tx, [...new Set(posts.flatMap(({ owner }) => owner ?? []))])
    const tokens = posts.map(({ token }) => token)
    const present = await presentPosts(tx, tokens)
    refuse(faults(posts, owners, present, fieldOfRow))
    refuseOfTheDeleted(posts, present)
    const rows: PostRow[] = posts.map((post) => ({
      ...post,
      ownerId: owners.get(post.owner ?? '') ?? null,
      forDevelopment: post.development ?? deps.mode === 'development',
    }))
    const inserted = await insertNewPosts(tx, rows)
    const updated =
      inserted.length === posts.length ? [] : await updateRest(tx, { rows, inserted, owners, fieldOfRow })
    const due = await publishChangesOfPosts(tx, [...inserted, ...updated], traceparent)
    const created = inserted.length
    const unchanged = posts.length - created - updated.length
    return { counts: { created, updated: updated.length, unchanged }, due }
  })
  if (due) deps.onDeliveriesDue()
  return counts
}

interface Rest {
  rows: readonly PostRow[]
  inserted: readonly WrittenPost[]
  owners: ReadonlyMap<string, string>
  fieldOfRow: FieldOfRow
}

async function updateRest(tx: Tx, { rows, inserted, owners, fieldOfRow }: Rest): Promise<WrittenPost[]> {
  const tokens = rows.map(({ token }) => token)
  // A post that somebody else made since we looked may belong to another owner.
  refuse(faults(rows, owners, await lockPosts(tx, tokens), fieldOfRow))
  return updatePosts(
    tx,
    rows,
    inserted.map(({ id }) => id),
  )
}

function refuse(violations: readonly FieldViolation[]): void {
  if (violations.length > 0) throw invalidArgument(violations)
}

const NAMED_POSTS = 20

/** So that the host learns which they are; who is deleted at this very moment is found by the database. */
function refuseOfTheDeleted(posts: readonly PostUpsert[], present: ReadonlyMap<string, PresentPost>): void {
  const tokens = posts
    .filter((post) => present.get(post.token)?.ownerDeleted && saysMoreThanRemoved(post))
    .map(({ token }) => token)
  if (tokens.length === 0) return
  const named = tokens.slice(0, NAMED_POSTS).join(', ')
  const more = tokens.length > NAMED_POSTS ? ` and ${tokens.length - NAMED_POSTS} more` : ''
  throw new ApiError(
    'FAILED_PRECONDITION',
    `nothing can be put in posts of a person who has been deleted: leave out ${named}${more}`,
    { reason: 'USER_DELETED', metadata: { post_tokens: named } },
  )
}

const saysMoreThanRemoved = ({ token: _, state, ...others }: PostUpsert): boolean =>
  (state !== undefined && state !== REMOVED_STATE) || Object.values(others).some((said) => said !== undefined)

/**
 * @param owners user id by host id, of those that exist.
 * @param present by token, the posts that exist.
 */
function faults(
  posts: readonly PostUpsert[],
  owners: ReadonlyMap<string, string>,
  present: ReadonlyMap<string, PresentPost>,
  fieldOfRow: FieldOfRow,
): FieldViolation[] {
  return posts.flatMap(({ token, owner, development }, row) => {
    const ownerId = owner === undefined ? undefined : owners.get(owner)
    const now = present.get(token)
    const found: FieldViolation[] = []
    const fault = ownerFault(owner, ownerId, now?.ownerId)
    if (fault) found.push({ field: fieldOfRow(row, 'owner'), description: fault })
    if (now && development !== undefined && development !== now.development) {
      found.push({ field: fieldOfRow(row, 'development'), description: NEVER_CHANGES })
    }
    return found
  })
}

const NEVER_CHANGES =
  'differs from what the post was made as, which never changes: leave it out, or use a new token'

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
