import { PostTokenSchema } from '@charsu/protocol/identifiers'
import { isJsonObject, type JsonObject, jsonObject } from '@charsu/protocol/json-object'
import { normalizer, type Parser, type Report } from '@charsu/protocol/parse'
import { utf8Bytes } from '@charsu/protocol/text-length'
import { linkFault } from '@charsu/protocol/web-link'
import * as Type from 'typebox'
import { parseTime } from '../http/rfc3339.ts'
import { STORED_POST_STATES, type StoredPostState } from '../marketplace/post-states.ts'
import type { PostUpsert } from '../marketplace/upsert-posts.ts'
import { DETAIL_FIELDS, type GivenDetails, readDetails } from './post-details.ts'
import { reportRepeated } from './repeated-rows.ts'
import { HostIdSchema, MAX_BULK_ROWS } from './user-rows.ts'

const MAX_DATA_BYTES = 64 * 1024
const MAX_IMAGES = 50

const slug = (description: string) => Type.Optional(Type.String({ maxLength: 100, description }))
const time = Type.Optional(Type.String({ description: 'a time as RFC 3339, such as 2026-03-21T08:30:00Z' }))

const FIELDS = {
  owner: Type.Optional(HostIdSchema),
  category: slug('the slug of its category'),
  city: slug('the slug of its city'),
  district: slug('the slug of its district'),
  title: Type.Optional(Type.String({ maxLength: 300 })),
  images: Type.Optional(
    Type.Array(Type.String({ description: 'an absolute http or https link' }), { maxItems: MAX_IMAGES }),
  ),
  state: Type.Optional(Type.Enum([...STORED_POST_STATES])),
  chat_enabled: Type.Optional(Type.Boolean()),
  is_phone_hidden: Type.Optional(Type.Boolean()),
  development: Type.Optional(Type.Boolean()),
  first_published_at: time,
  last_modified_at: time,
  data: Type.Optional(jsonObject('a JSON object of at most 64 KiB')),
  ...DETAIL_FIELDS,
}

const PostFields = Type.Object(FIELDS)
const PostRows = Type.Object({
  posts: Type.Array(Type.Object({ token: PostTokenSchema, ...FIELDS }), { maxItems: MAX_BULK_ROWS }),
})

/** Body of `PUT /host/v1/posts/{token}`: what is absent or null stays as it is. */
export const postParser: Parser<Omit<PostUpsert, 'token'>> = normalizer(PostFields, (value, report) =>
  readFields(value, '', report),
)

/** Body of `POST /host/v1/posts`: rows of the same fields with their `token`, each once. */
export const postRowsParser: Parser<PostUpsert[]> = normalizer(PostRows, (value, report) => {
  const rows = isJsonObject(value) && Array.isArray(value.posts) ? value.posts : []
  if (rows.length > MAX_BULK_ROWS) return []
  reportRepeated(rows, 'posts', 'token', report)
  return rows.map((row: unknown, i) => ({
    token: isJsonObject(row) ? String(row.token) : '',
    ...readFields(row, `posts[${i}].`, report),
  }))
})

interface GivenFields extends GivenDetails {
  owner?: string
  category?: string
  city?: string
  district?: string
  title?: string
  images?: string[]
  state?: StoredPostState
  chat_enabled?: boolean
  is_phone_hidden?: boolean
  development?: boolean
  first_published_at?: string
  last_modified_at?: string
  data?: JsonObject
}

function readFields(value: unknown, prefix: string, report: Report): Omit<PostUpsert, 'token'> {
  // Values of wrong types are the schema's to report.
  const given = (isJsonObject(value) ? value : {}) as GivenFields
  checkImages(given.images, `${prefix}images`, report)
  checkData(given.data, `${prefix}data`, report)
  return {
    owner: given.owner,
    category: given.category,
    city: given.city,
    district: given.district,
    title: given.title,
    images: given.images,
    state: given.state,
    chatEnabled: given.chat_enabled,
    isPhoneHidden: given.is_phone_hidden,
    development: given.development,
    firstPublishedAt: readTime(given.first_published_at, `${prefix}first_published_at`, report),
    lastModifiedAt: readTime(given.last_modified_at, `${prefix}last_modified_at`, report),
    data: given.data,
    ...readDetails(given, prefix, report),
  }
}

function checkImages(images: unknown, field: string, report: Report): void {
  if (!Array.isArray(images) || images.length > MAX_IMAGES) return
  for (const [i, link] of images.entries()) {
    const fault = typeof link === 'string' ? linkFault(link) : undefined
    if (fault) report(`${field}[${i}]`, fault)
  }
}

function checkData(data: unknown, field: string, report: Report): void {
  if (!isJsonObject(data)) return
  const bytes = utf8Bytes(JSON.stringify(data))
  if (bytes > MAX_DATA_BYTES) {
    report(
      field,
      `must have at most ${MAX_DATA_BYTES} bytes as JSON, but has ${bytes}; keep the rest with you`,
    )
  }
}

function readTime(text: unknown, field: string, report: Report): Date | undefined {
  if (typeof text !== 'string' || text === '') return undefined
  const time = parseTime(text)
  if (time) return time
  report(
    field,
    `is ${JSON.stringify(text.slice(0, 40))}, but must be a time as RFC 3339, such as 2026-03-21T08:30:00Z`,
  )
  return undefined
}
