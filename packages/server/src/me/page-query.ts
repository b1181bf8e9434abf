import { normalizer, type Parser, type Report } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { isUuid } from '../ids.ts'

/** Most items of a page, and how many there are when the caller does not say. */
const MAX_LIMIT = 100
const DEFAULT_LIMIT = 30

/** Where a list goes on: behind the item of this time and id. */
export interface Place {
  /** RFC 3339 in UTC, with microseconds. */
  at: string
  id: string
}

export interface PageQuery {
  after: Place | null
  limit: number
}

export interface MessageQuery {
  before?: number
  after?: number
  limit: number
}

const Limit = Type.Optional(Type.String({ description: `1 to ${MAX_LIMIT}, ${DEFAULT_LIMIT} by default` }))

/** `?cursor=&limit=` of a list in time order. */
export const pageQueryParser: Parser<PageQuery> = normalizer<PageQuery>(
  Type.Object({
    cursor: Type.Optional(Type.String({ description: 'next_cursor of the page before' })),
    limit: Limit,
  }),
  (value, report) => {
    const { cursor, limit } = value as { cursor?: unknown; limit?: unknown }
    return { after: readPlace(cursor, report), limit: readLimit(limit, report) }
  },
)

/** `?before=&after=&limit=` of a conversation's messages, by sequence. */
export const messageQueryParser: Parser<MessageQuery> = normalizer<MessageQuery>(
  Type.Object({
    before: Type.Optional(Type.String({ description: 'a sequence: only messages before it' })),
    after: Type.Optional(Type.String({ description: 'a sequence: only messages after it' })),
    limit: Limit,
  }),
  (value, report) => {
    const { before, after, limit } = value as { before?: unknown; after?: unknown; limit?: unknown }
    const query: MessageQuery = { limit: readLimit(limit, report) }
    const first = readSequence(before, 'before', report)
    const last = readSequence(after, 'after', report)
    if (first !== undefined) query.before = first
    if (last !== undefined) query.after = last
    return query
  },
)

/** What `cursor` brings the list on behind this item. */
export const placeCursor = ({ at, id }: Place): string => Buffer.from(`${at} ${id}`).toString('base64url')

const TIME = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/

/** Date alone would read 30 February as 2 March, and PostgreSQL would refuse it. */
function isTime(text: string): boolean {
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString() === `${text.slice(0, 23)}Z`
}

function readPlace(cursor: unknown, report: Report): Place | null {
  if (typeof cursor !== 'string' || cursor === '') return null
  const [at = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString().split(' ')
  if (isTime(at) && isUuid(id) && rest.length === 0) return { at, id }
  report('cursor', 'is none of ours: send next_cursor of the page before, or leave it out to begin anew')
  return null
}

function readLimit(text: unknown, report: Report): number {
  if (typeof text !== 'string' || text === '') return DEFAULT_LIMIT
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MAX_LIMIT) report('limit', `must be a whole number from 1 to ${MAX_LIMIT}`)
  return limit
}

function readSequence(text: unknown, field: string, report: Report): number | undefined {
  if (typeof text !== 'string' || text === '') return undefined
  const sequence = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(sequence)) return sequence
  report(field, 'must be the sequence of a message, a whole number from 0')
  return undefined
}
