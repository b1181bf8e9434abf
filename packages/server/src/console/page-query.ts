import { normalizer, type Parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { isUuid } from '../ids.ts'

export interface PageQuery<C, F extends string> {
  cursor: C | undefined
  /** 1 to 100, 50 by default. */
  limit: number
  filter: F | undefined
}

const MOST = 100
const USUAL = 50

/** How one list names its place: a row's UUID, or a number that the database gave it. */
export const uuidCursor = (text: string): string | undefined => (isUuid(text) ? text : undefined)
export const numberCursor = (text: string): number | undefined =>
  /^\d{1,15}$/.test(text) ? Number(text) : undefined

/**
 * Reads `?limit=&cursor=` and one filter of a list.
 * @param cursorOf reads a cursor, undefined when it is none that we gave.
 * @param filter the filter's name and its values.
 */
export function pageQuery<C, F extends string>(
  cursorOf: (text: string) => C | undefined,
  filter?: { name: string; values: readonly F[] },
): Parser<PageQuery<C, F>> {
  const schema = Type.Object({
    limit: Type.Optional(Type.String({ description: `a whole number from 1 to ${MOST}` })),
    cursor: Type.Optional(Type.String({ description: 'the next_cursor of the page before' })),
    ...(filter && { [filter.name]: Type.Optional(Type.Enum([...filter.values])) }),
  })
  return normalizer(schema, (value, report) => {
    const given = value as Record<string, unknown>
    const limit = readLimit(given.limit)
    if (limit < 1 || limit > MOST) report('limit', `must be a whole number from 1 to ${MOST}`)
    const isGiven = typeof given.cursor === 'string' && given.cursor !== ''
    const cursor = isGiven ? cursorOf(String(given.cursor)) : undefined
    if (isGiven && cursor === undefined) {
      report('cursor', 'must be the next_cursor of the page before: leave it out to begin with the newest')
    }
    return { cursor, limit, filter: filter && (given[filter.name] as F | undefined) }
  })
}

/** Nothing means the usual; 0 stands for what is no limit. */
function readLimit(text: unknown): number {
  if (typeof text !== 'string' || text === '') return USUAL
  return /^\d{1,3}$/.test(text) ? Number(text) : 0
}

/** Cuts a list that was asked for with one row too many. */
export function pageOf<R, C>(
  rows: readonly R[],
  limit: number,
  cursorOf: (row: R) => C,
): { page: R[]; next_cursor: C | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { page, next_cursor: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}
