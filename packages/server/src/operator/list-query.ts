import { normalizer, type Parser, type Report } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { type PageQuery, pageQuery } from '../console/page-query.ts'
import { parseTime } from '../http/rfc3339.ts'

/** A page of a list, with filters of its own. */
export type ListQuery<C, F> = Pick<PageQuery<C, never>, 'cursor' | 'limit'> & F

/**
 * Reads `?limit=&cursor=` and further filters, all of them texts.
 * @param cursorOf reads a cursor, undefined when it is none that we gave.
 * @param read makes the filters' values; what is empty filters nothing.
 */
export function listQuery<C, F>(
  cursorOf: (text: string) => C | undefined,
  filters: Type.TProperties,
  read: (given: (name: string) => string | undefined, report: Report) => F,
): Parser<ListQuery<C, F>> {
  const page = pageQuery(cursorOf)
  const schema = Type.Object({ ...(page.schema as Type.TObject).properties, ...filters })
  return normalizer(schema, (value, report) => {
    const texts = value as Record<string, unknown>
    const place = page.parse({ limit: texts.limit, cursor: texts.cursor })
    if (!place.ok) for (const { field, description } of place.violations) report(field, description)
    const given = (name: string): string | undefined => {
      const text = texts[name]
      return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined
    }
    const { cursor, limit } = place.ok ? place.value : { cursor: undefined, limit: 1 }
    return { cursor, limit, ...read(given, report) }
  })
}

const LONGEST_SEARCH = 100

/** What somebody types to find something. */
export const searchText = (what: string) =>
  Type.Optional(
    Type.String({ maxLength: LONGEST_SEARCH, description: `${what}; each word as the beginning of one` }),
  )

export const timeText = (description: string) => Type.Optional(Type.String({ description }))

/** A time of RFC 3339, as everywhere. */
export function readTime(text: string | undefined, field: string, report: Report): Date | undefined {
  if (text === undefined) return undefined
  const time = parseTime(text)
  if (!time) report(field, 'must be a time of RFC 3339, such as 2026-11-22T08:30:00Z')
  return time ?? undefined
}

/** Names under which rows are listed in their own order. */
export const nameCursor = (text: string): string | undefined => (text.length <= 200 ? text : undefined)

export const NextCursor = Type.Union([Type.String(), Type.Null()], {
  description: 'for the next page; null on the last one',
})
export const OrNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()])
export const Time = Type.String({ format: 'date-time' })
