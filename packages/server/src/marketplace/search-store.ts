import type { PostSearch, SearchRange } from '@charsu/protocol/search-posts'
import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../db/database.ts'

/** Values of a post's data, as db/migrations/0001_core.sql reads them; null for what it does not say. */
export interface FoundRow {
  token: string
  title: string
  category: string
  city: string
  last_modified_at: Date
  price: string | null
  price_mode: string | null
  credit: string | null
  credit_mode: string | null
  rent: string | null
  rent_mode: string | null
  daily_rent: string | null
  size: string | null
  rooms: string | null
  floor: string | null
  year: string | null
  elevator: boolean | null
  parking: boolean | null
  usage: string | null
  installment_sale: string | null
  subtitle: string | null
}

const COLUMN: Readonly<Record<SearchRange, string>> = {
  credit: 'found_credit',
  rent: 'found_rent',
  size: 'found_size',
  usage: 'found_usage',
  production_year: 'found_year',
}

/**
 * Published posts, the last modified first; never development posts. Those that match are found in an index that holds
 * all that is compared, so that only they are read themselves.
 */
export async function findPublishedPosts(
  db: Database,
  search: PostSearch,
  limit: number,
): Promise<FoundRow[]> {
  const { rows } = await sql<FoundRow>`
    select p.token, p.title, p.category, p.city, p.last_modified_at,
      post_number(p.data -> 'price')::text as price, ${mode('price')} as price_mode,
      p.found_credit::text as credit, ${mode('credit')} as credit_mode,
      p.found_rent::text as rent, ${mode('rent')} as rent_mode,
      post_number(p.data -> 'daily_rent')::text as daily_rent, p.found_size::text as size, p.found_rooms as rooms,
      post_number(p.data -> 'floor')::text as floor, post_number(p.data -> 'year')::text as year,
      coalesce(post_flag(p.data -> 'elevator'), post_flag(p.data -> 'has_elevator')) as elevator,
      p.found_parking as parking, p.found_usage::text as usage,
      post_word(p.data -> 'installment_sale') as installment_sale,
      post_word(p.data -> 'custom_post_subtitle') as subtitle
    from (
      select f.id from posts f
      where f.state = 'PUBLISHED' and not f.development and ${sql.join(conditions(search), sql` and `)}
      order by f.last_modified_at desc, f.id desc
      limit ${limit}) f
    cross join lateral (select x.* from posts x where x.id = f.id offset 0) p
    order by p.last_modified_at desc, p.id desc`.execute(db)
  return rows
}

const mode = (key: string): RawBuilder<unknown> =>
  sql`case jsonb_typeof(p.data -> ${sql.lit(key)}) when 'object' then post_word(p.data -> ${sql.lit(key)} -> 'mode') end`

function conditions(search: PostSearch): RawBuilder<unknown>[] {
  const found: RawBuilder<unknown>[] = [sql`true`]
  const { category, city, districts, brandModels, rooms, onlyWithParking, ranges } = search
  if (category !== undefined) found.push(sql`f.category = ${category}`)
  if (city !== undefined) found.push(sql`f.city = ${city}`)
  if (districts.length > 0) found.push(sql`f.district = any (${districts}::text[])`)
  if (brandModels.length > 0) found.push(sql`f.found_brand_model = any (${brandModels.map(word)}::text[])`)
  if (rooms.length > 0) found.push(sql`f.found_rooms = any (${rooms.map(word)}::text[])`)
  if (onlyWithParking) found.push(sql`f.found_parking`)
  for (const [name, { min, max }] of Object.entries(ranges)) {
    const column = sql.ref(`f.${COLUMN[name as SearchRange]}`)
    if (min !== undefined) found.push(sql`${column} >= ${min}::bigint`)
    if (max !== undefined) found.push(sql`${column} <= ${max}::bigint`)
  }
  return found
}

/** Read as what a post says is: Persian digits mean the same. */
const word = (text: string): string =>
  text.trim().replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
