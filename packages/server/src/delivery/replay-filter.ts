import { EVENT_TYPES } from '@charsu/protocol/events'
import { normalizer, type Parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { parseTime } from '../http/rfc3339.ts'

const REPLAYED_STATES = ['delivered', 'dead'] as const

/** Which finished deliveries go out once more; null filters nothing. */
export interface ReplayFilter {
  /** When the delivery was made: from inclusive, to exclusive. */
  from: Date | null
  to: Date | null
  eventType: string | null
  state: (typeof REPLAYED_STATES)[number] | null
}

export interface ReplayRequest extends ReplayFilter {
  /** Slug of the app. */
  app: string | null
}

const time = (description: string) => Type.Optional(Type.String({ description }))

const FILTER = {
  from: time('RFC 3339; deliveries made then or later'),
  to: time('RFC 3339; deliveries made before'),
  event_type: Type.Optional(Type.Enum([...EVENT_TYPES])),
  state: Type.Optional(Type.Enum([...REPLAYED_STATES], { description: 'absent for both' })),
}

/** Reads the body that starts a replay: a filter, and where `ofAnyApp` the app. */
export function replayParser({ ofAnyApp }: { ofAnyApp: boolean }): Parser<ReplayRequest> {
  const app = Type.Optional(Type.String({ description: 'slug of the app; absent for every app' }))
  // A misspelt filter that was passed over would replay everything.
  const strict = { additionalProperties: false }
  return normalizer(Type.Object({ ...FILTER, ...(ofAnyApp && { app }) }, strict), (value, report) => {
    const given = (value ?? {}) as Record<string, unknown>
    const readTime = (field: 'from' | 'to'): Date | null => {
      const text = given[field]
      if (typeof text !== 'string') return null
      const read = parseTime(text)
      if (!read) report(field, 'must be a time of RFC 3339, such as 2026-11-22T08:30:00Z')
      return read
    }
    const from = readTime('from')
    const to = readTime('to')
    if (from && to && from >= to)
      report('to', 'must be later than from: deliveries made before it are replayed')
    const text = (field: string) => (typeof given[field] === 'string' ? String(given[field]) : null)
    return {
      from,
      to,
      eventType: text('event_type'),
      state: text('state') as ReplayFilter['state'],
      app: text('app'),
    }
  })
}
