import { isJsonObject, type JsonObject } from '@charsu/protocol/json-object'
import type { FoundPost, NumberRange, PostSearch, Price, SearchRange } from '@charsu/protocol/search-posts'
import type { Post, World } from './world.ts'

const MOST_POSTS = 100
const INT32 = 2n ** 31n

/** Published posts that match, the last modified first, at most 100 (wire contract §8). */
export const searchPosts = (world: World, search: PostSearch): FoundPost[] =>
  [...world.posts.values()]
    .filter((post) => post.state === 'PUBLISHED' && matches(post, search))
    .reverse()
    .sort((a, b) => b.lastModifiedAt - a.lastModifiedAt)
    .slice(0, MOST_POSTS)
    .map(foundPost)

function matches({ category, city, district, data }: Post, search: PostSearch): boolean {
  const { districts, brandModels, rooms, onlyWithParking, ranges } = search
  if (search.category !== undefined && search.category !== category) return false
  if (search.city !== undefined && search.city !== city) return false
  if (districts.length > 0 && !districts.includes(district)) return false
  if (!isAnyOf(word(data.brand_model), brandModels) || !isAnyOf(word(data.rooms), rooms)) return false
  if (onlyWithParking && !(flag(data.parking) ?? flag(data.has_parking))) return false
  return Object.entries(ranges).every(([name, range]) => isWithin(inRange(data, name as SearchRange), range))
}

const isAnyOf = (given: string | undefined, wanted: readonly string[]): boolean =>
  wanted.length === 0 || (given !== undefined && wanted.map((each) => latin(each.trim())).includes(given))

const inRange = (data: JsonObject, name: SearchRange): bigint | undefined =>
  name === 'production_year' ? (number(data.production_year) ?? number(data.year)) : number(data[name])

function isWithin(value: bigint | undefined, { min, max }: NumberRange): boolean {
  if (value === undefined) return false
  return (min === undefined || value >= BigInt(min)) && (max === undefined || value <= BigInt(max))
}

function foundPost({ token, title, category, city, lastModifiedAt, data }: Post): FoundPost {
  return said({
    token,
    title,
    category,
    city,
    last_modified_at: new Date(lastModifiedAt).toISOString(),
    price: price(data.price),
    real_estate_fields: some({
      credit: price(data.credit),
      rent: price(data.rent),
      daily_rent: unsigned(data.daily_rent),
      size: integer(data.size),
      rooms: word(data.rooms),
      floor: integer(data.floor),
      year: integer(data.year),
      has_elevator: flag(data.elevator) ?? flag(data.has_elevator),
      has_parking: flag(data.parking) ?? flag(data.has_parking),
    }),
    vehicles_fields: some({
      usage: unsigned(data.usage),
      installment_sale: word(data.installment_sale),
      custom_post_subtitle: word(data.custom_post_subtitle),
    }),
  })
}

const price = (value: unknown): Price | undefined =>
  some({ value: unsigned(value), mode: isJsonObject(value) ? word(value.mode) : undefined })

const latin = (text: string): string =>
  text.replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 0xf))

/** A value as searches read it; it may lie in an object, as `{mode, value}` of a price does. */
function word(value: unknown): string | undefined {
  const held = isJsonObject(value) ? value.value : value
  if (typeof held !== 'string' && typeof held !== 'number') return undefined
  return latin(String(held).trim()).slice(0, 100) || undefined
}

function number(value: unknown): bigint | undefined {
  const whole = /^([+-]?[0-9]{1,18})(\.[0-9]+)?$/.exec(word(value) ?? '')?.[1]
  return whole === undefined ? undefined : BigInt(whole.replace('+', ''))
}

function flag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  const text = word(value)?.toLowerCase() ?? ''
  if (['true', 'yes', '1'].includes(text)) return true
  return ['false', 'no', '0'].includes(text) ? false : undefined
}

function unsigned(value: unknown): string | undefined {
  const read = number(value)
  return read === undefined || read < 0n ? undefined : String(read)
}

function integer(value: unknown): number | undefined {
  const read = number(value)
  return read !== undefined && read > -INT32 && read < INT32 ? Number(read) : undefined
}

/** What is undefined is left out, and so becomes optional. */
type Said<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

const said = <T extends object>(fields: T): Said<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Said<T>

function some<T extends object>(fields: T): Said<T> | undefined {
  const given = said(fields)
  return Object.keys(given).length > 0 ? given : undefined
}
