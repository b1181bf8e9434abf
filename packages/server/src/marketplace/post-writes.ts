import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { newId } from '../ids.ts'
import type { StoredPostState } from './post-states.ts'
import type { PostUpsert } from './upsert-posts.ts'

/** Array statements over many posts at once; an upsert is an insert, a lock and an update, in this order. */

export interface PostRow extends PostUpsert {
  /** Null for a row that names no owner. */
  ownerId: string | null
  /** Of a new one: whether development apps may act on it. */
  forDevelopment: boolean
}

const orNull = <T>(value: T | undefined): T | null => value ?? null
const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))

const incoming = (posts: readonly PostRow[]): RawBuilder<unknown> => sql`unnest(
  ${posts.map(({ token }) => token)}::text[],
  ${posts.map(({ ownerId }) => ownerId)}::uuid[],
  ${posts.map(({ category }) => orNull(category))}::text[],
  ${posts.map(({ city }) => orNull(city))}::text[],
  ${posts.map(({ district }) => orNull(district))}::text[],
  ${posts.map(({ title }) => orNull(title))}::text[],
  ${posts.map(({ images }) => json(images))}::jsonb[],
  ${posts.map(({ state }) => orNull(state))}::text[],
  ${posts.map(({ chatEnabled }) => orNull(chatEnabled))}::boolean[],
  ${posts.map(({ isPhoneHidden }) => orNull(isPhoneHidden))}::boolean[],
  ${posts.map(({ development }) => orNull(development))}::boolean[],
  ${posts.map(({ forDevelopment }) => forDevelopment)}::boolean[],
  ${posts.map(({ firstPublishedAt }) => orNull(firstPublishedAt))}::timestamptz[],
  ${posts.map(({ lastModifiedAt }) => orNull(lastModifiedAt))}::timestamptz[],
  ${posts.map(({ data }) => json(data))}::jsonb[],
  ${posts.map(({ location }) => json(location))}::jsonb[],
  ${posts.map(({ video }) => json(video))}::jsonb[],
  ${posts.map(({ business }) => json(business))}::jsonb[],
  ${posts.map(({ rejectReason }) => orNull(rejectReason))}::text[],
  ${posts.map(() => newId())}::uuid[]
) as i (token, owner_id, category, city, district, title, images, state, chat_enabled, is_phone_hidden,
  development, for_development, first_published_at, last_modified_at, data, location, video, business, reject_reason,
  id)`

/** User ids by host id, of those that exist. */
export async function userIdsOf(tx: Tx, hostIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; host_id: string }>`
    select id, host_id from users where host_id = any (${hostIds}::text[])`.execute(tx)
  return new Map(rows.map(({ id, host_id }) => [host_id, id]))
}

/** What never changes about a post, but that its owner may be deleted. */
export interface PresentPost {
  ownerId: string
  ownerDeleted: boolean
  development: boolean
}

const PRESENT = sql`token, owner_id, development,
  (select u.deleted_at is not null from users u where u.id = owner_id) as owner_deleted`

/** By token, those of the posts that exist. */
export async function presentPosts(tx: Tx, tokens: readonly string[]): Promise<Map<string, PresentPost>> {
  const { rows } = await sql<PresentRow>`
    select ${PRESENT} from posts where token = any (${tokens}::text[])`.execute(tx)
  return byToken(rows)
}

/** The same, with the rows locked until the transaction ends. */
export async function lockPosts(tx: Tx, tokens: readonly string[]): Promise<Map<string, PresentPost>> {
  const { rows } = await sql<PresentRow>`
    select ${PRESENT} from posts where token = any (${tokens}::text[])
    order by token for no key update`.execute(tx)
  return byToken(rows)
}

interface PresentRow {
  token: string
  owner_id: string
  owner_deleted: boolean
  development: boolean
}

const byToken = (rows: readonly PresentRow[]): Map<string, PresentPost> =>
  new Map(
    rows.map(({ token, owner_id, owner_deleted, development }) => [
      token,
      { ownerId: owner_id, ownerDeleted: owner_deleted, development },
    ]),
  )

/** A post as it was written. */
export interface WrittenPost {
  id: string
  ownerId: string
  forDevelopment: boolean
  /** Null for a new one. */
  stateBefore: StoredPostState | null
  state: StoredPostState
  /** Whether anything differs that an app can see. */
  visibly: boolean
}

interface WrittenRow {
  id: string
  owner_id: string
  for_development: boolean
  state_before: StoredPostState | null
  state: StoredPostState
  visibly: boolean
}

const written = (row: WrittenRow): WrittenPost => ({
  id: row.id,
  ownerId: row.owner_id,
  forDevelopment: row.for_development,
  stateBefore: row.state_before,
  state: row.state,
  visibly: row.visibly,
})

/** A post that is published without a time of its first publication is published now. @returns those that are new. */
export async function insertNewPosts(tx: Tx, posts: readonly PostRow[]): Promise<WrittenPost[]> {
  const { rows } = await sql<WrittenRow>`
    insert into posts (id, token, owner_id, category, city, district, title, images, state, chat_enabled,
      is_phone_hidden, development, for_development, first_published_at, last_modified_at, data, location, video,
      business, reject_reason)
    select i.id, i.token, i.owner_id, coalesce(i.category, ''), coalesce(i.city, ''), coalesce(i.district, ''),
      coalesce(i.title, ''), coalesce(i.images, '[]'), coalesce(i.state, 'PUBLISHED'),
      coalesce(i.chat_enabled, true), coalesce(i.is_phone_hidden, false), coalesce(i.development, false),
      i.for_development,
      coalesce(i.first_published_at, case when coalesce(i.state, 'PUBLISHED') = 'PUBLISHED' then now() end),
      coalesce(i.last_modified_at, now()), coalesce(i.data, '{}'), coalesce(i.location, '{}'),
      coalesce(i.video, '{}'), coalesce(i.business, '{}'), coalesce(i.reject_reason, '')
    from ${incoming(posts)}
    where i.owner_id is not null
    order by i.token
    on conflict (token) do nothing
    returning id, owner_id, for_development, null as state_before, state, true as visibly`.execute(tx)
  return rows.map(written)
}

/** A change without a time of its own is made now. @returns those in which anything changed. */
export async function updatePosts(
  tx: Tx,
  posts: readonly PostRow[],
  insertedIds: readonly string[],
): Promise<WrittenPost[]> {
  const { rows } = await sql<WrittenRow>`
    with next as (
      select p.id, p.state as state_before,
        coalesce(i.category, p.category) as category, coalesce(i.city, p.city) as city,
        coalesce(i.district, p.district) as district, coalesce(i.title, p.title) as title,
        coalesce(i.images, p.images) as images, coalesce(i.state, p.state) as state,
        coalesce(i.chat_enabled, p.chat_enabled) as chat_enabled,
        coalesce(i.is_phone_hidden, p.is_phone_hidden) as is_phone_hidden,
        coalesce(i.data, p.data) as data,
        coalesce(i.location, p.location) as location, coalesce(i.video, p.video) as video,
        coalesce(i.business, p.business) as business,
        coalesce(i.reject_reason, p.reject_reason) as reject_reason,
        coalesce(i.first_published_at, p.first_published_at,
          case when coalesce(i.state, p.state) = 'PUBLISHED' then now() end) as first_published_at,
        i.last_modified_at
      from ${incoming(posts)}
      join posts p on p.token = i.token
      where p.id <> all (${insertedIds}::uuid[])
    ),
    changed as materialized (
      select n.*,
        (p.category, p.city, p.district, p.title, p.images, p.state, p.chat_enabled, p.is_phone_hidden, p.data,
          p.location, p.video, p.business, p.reject_reason, p.first_published_at)
        is distinct from
        (n.category, n.city, n.district, n.title, n.images, n.state, n.chat_enabled, n.is_phone_hidden, n.data,
          n.location, n.video, n.business, n.reject_reason, n.first_published_at)
        or p.last_modified_at is distinct from coalesce(n.last_modified_at, p.last_modified_at) as visibly
      from next n
      join posts p on p.id = n.id
    )
    update posts p
    set category = n.category, city = n.city, district = n.district, title = n.title, images = n.images,
      state = n.state, chat_enabled = n.chat_enabled, is_phone_hidden = n.is_phone_hidden,
      data = n.data, location = n.location, video = n.video, business = n.business, reject_reason = n.reject_reason, first_published_at = n.first_published_at,
      last_modified_at = coalesce(n.last_modified_at, now())
    from changed n
    where p.id = n.id and n.visibly
    returning p.id, p.owner_id, p.for_development, n.state_before, p.state, n.visibly`.execute(tx)
  return rows.map(written)
}
