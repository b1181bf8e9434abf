import type { FoundPost, PostSearch, Price } from '@charsu/protocol/search-posts'
import type { Database } from '../db/database.ts'
import { type FoundRow, findPublishedPosts } from './search-store.ts'

const MOST_POSTS = 100
const INT32 = 2 ** 31

/** Published posts that match, the last modified first, at most 100; never development posts (wire contract §8). */
export async function searchPosts(db: Database, search: PostSearch): Promise<{ posts: FoundPost[] }> {
  const rows = await findPublishedPosts(db, search, MOST_POSTS)
  return { posts: rows.map(foundPost) }
}

/** Groups of fields appear where the post says any of them: which category belongs to which group is the host's. */
function foundPost(row: FoundRow): FoundPost {
  const { token, title, category, city, last_modified_at } = row
  return said({
    token,
    title,
    category,
    city,
    last_modified_at: last_modified_at.toISOString(),
    price: price(row.price, row.price_mode),
    real_estate_fields: some({
      credit: price(row.credit, row.credit_mode),
      rent: price(row.rent, row.rent_mode),
      daily_rent: unsigned(row.daily_rent),
      size: integer(row.size, INT32),
      rooms: row.rooms ?? undefined,
      floor: integer(row.floor, INT32),
      year: integer(row.year, Number.MAX_SAFE_INTEGER),
      has_elevator: row.elevator ?? undefined,
      has_parking: row.parking ?? undefined,
    }),
    vehicles_fields: some({
      usage: unsigned(row.usage),
      installment_sale: row.installment_sale ?? undefined,
      custom_post_subtitle: row.subtitle ?? undefined,
    }),
  })
}

const price = (value: string | null, mode: string | null): Price | undefined =>
  some({ value: unsigned(value), mode: mode ?? undefined })

const unsigned = (number: string | null): string | undefined =>
  number === null || number.startsWith('-') ? undefined : number

/** Undefined for a number that does not fit. */
function integer(number: string | null, below: number): number | undefined {
  return number !== null && Math.abs(Number(number)) < below ? Number(number) : undefined
}

/** What is undefined is left out, and so becomes optional. */
type Said<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

const said = <T extends object>(fields: T): Said<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Said<T>

/** Undefined where nothing is said at all. */
function some<T extends object>(fields: T): Said<T> | undefined {
  const given = said(fields)
  return Object.keys(given).length > 0 ? given : undefined
}
