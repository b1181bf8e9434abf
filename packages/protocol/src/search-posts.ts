import * as Type from 'typebox'
import { isJsonObject } from './json-object.ts'
import { normalizer, type Report } from './parse.ts'
import { quoted } from './text-length.ts'

/** Bounds of a range, both inclusive; absent where it is open. Digits, for 64 bits do not fit into a number. */
export interface NumberRange {
  min?: string
  max?: string
}

export const SEARCH_RANGES = ['credit', 'rent', 'size', 'usage', 'production_year'] as const

export type SearchRange = (typeof SEARCH_RANGES)[number]

/** What posts are searched by; whatever is absent or empty matches all. */
export interface PostSearch {
  category?: string
  city?: string
  /** Any of them. */
  districts: string[]
  /** Any of them. */
  brandModels: string[]
  /** Any of them. */
  rooms: string[]
  onlyWithParking: boolean
  ranges: Partial<Record<SearchRange, NumberRange>>
}

const MAX_DISTRICTS = 500
const MAX_BRAND_MODELS = 100
const MAX_ROOMS = 20
const MAX_LENGTH = 100
const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)
const A_BOUND = 'a whole number of 64 bits, as text or as a number'

const text = (description: string) => Type.Optional(Type.String({ maxLength: MAX_LENGTH, description }))
const anyOf = (description: string, maxItems: number) =>
  Type.Optional(Type.Array(Type.String({ maxLength: MAX_LENGTH, description }), { maxItems }))
const bound = Type.Optional(Type.Union([Type.String(), Type.Number()], { description: A_BOUND }))
const range = Type.Optional(Type.Object({ min: bound, max: bound }))

/** Body of `POST /v2/open-platform/finder/post` (wire contract §8). */
export const SearchPostsBody = Type.Object({
  category: text('the slug of a category'),
  city: text('the slug of a city'),
  districts: anyOf('the slug of a district', MAX_DISTRICTS),
  query: Type.Optional(
    Type.Object({
      brand_model: anyOf('a brand and model', MAX_BRAND_MODELS),
      credit: range,
      rent: range,
      size: range,
      usage: range,
      production_year: range,
      only_with_parking: Type.Optional(Type.Boolean()),
      rooms: anyOf('a number of rooms', MAX_ROOMS),
    }),
  ),
})

/** Reads a search; empty texts, lists and ranges count as absent. */
export const searchPostsParser = normalizer<PostSearch>(SearchPostsBody, (value, report) => {
  const body = isJsonObject(value) ? value : {}
  const query = isJsonObject(body.query) ? body.query : {}
  const ranges: PostSearch['ranges'] = {}
  for (const name of SEARCH_RANGES) {
    const read = readRange(query[name], `query.${name}`, report)
    if (read.min !== undefined || read.max !== undefined) ranges[name] = read
  }
  return {
    ...(isText(body.category) && { category: body.category }),
    ...(isText(body.city) && { city: body.city }),
    districts: texts(body.districts),
    brandModels: texts(query.brand_model),
    rooms: texts(query.rooms),
    onlyWithParking: query.only_with_parking === true,
    ranges,
  }
})

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? [...new Set(value.filter((member) => isText(member)))] : []

function readRange(value: unknown, field: string, report: Report): NumberRange {
  if (!isJsonObject(value)) return {}
  const min = readBound(value.min, `${field}.min`, report)
  const max = readBound(value.max, `${field}.max`, report)
  if (min !== undefined && max !== undefined && min > max) {
    report(field, `has a min of ${min} above its max of ${max}; exchange them, or leave one out`)
  }
  return { ...(min !== undefined && { min: String(min) }), ...(max !== undefined && { max: String(max) }) }
}

function readBound(value: unknown, field: string, report: Report): bigint | undefined {
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const number = wholeNumber(value)
  if (number !== undefined && number >= INT64_MIN && number <= INT64_MAX) return number
  report(field, `is ${quoted(String(value))}, but must be ${A_BOUND}`)
  return undefined
}

function wholeNumber(value: string | number): bigint | undefined {
  // The largest number of 64 bits, written as a number, is read as the next one.
  if (value === 2 ** 63) return INT64_MAX
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  return /^[+-]?[0-9]{1,20}$/.test(value) ? BigInt(value.replace(/^\+/, '')) : undefined
}

const Price = Type.Object({ value: Type.Optional(Type.String()), mode: Type.Optional(Type.String()) })

export type Price = Type.Static<typeof Price>

/**
 * One post found: exactly the public fields, of which those that its data says nothing of are left out. Numbers of 64
 * bits are text, but the year, as the public description has it.
 */
export const FoundPost = Type.Object({
  token: Type.String(),
  title: Type.String(),
  category: Type.String(),
  city: Type.String(),
  /** RFC 3339. */
  last_modified_at: Type.String(),
  price: Type.Optional(Price),
  real_estate_fields: Type.Optional(
    Type.Object({
      credit: Type.Optional(Price),
      rent: Type.Optional(Price),
      daily_rent: Type.Optional(Type.String()),
      size: Type.Optional(Type.Integer()),
      rooms: Type.Optional(Type.String()),
      floor: Type.Optional(Type.Integer()),
      year: Type.Optional(Type.Integer()),
      has_elevator: Type.Optional(Type.Boolean()),
      has_parking: Type.Optional(Type.Boolean()),
    }),
  ),
  vehicles_fields: Type.Optional(
    Type.Object({
      usage: Type.Optional(Type.String()),
      installment_sale: Type.Optional(Type.String()),
      custom_post_subtitle: Type.Optional(Type.String()),
    }),
  ),
})

export type FoundPost = Type.Static<typeof FoundPost>

export const SearchPostsAnswer = Type.Object({ posts: Type.Array(FoundPost) })
