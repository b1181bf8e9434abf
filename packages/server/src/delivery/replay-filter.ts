import { EVENT_TYPES } from '@charsu/protocol/events'
import { normalizer, type Parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { parseTime } from '../http/rfc3339.ts'
import { isUuid } from '../ids.ts'
import { CONVERSATION_ID_FORM, isWebhookId, WEBHOOK_ID_FORM } from './delivery-id.ts'

const REPLAYED_STATES = ['delivered', 'dead'] as const

/** Which finished deliveries go out once more; null filters nothing. */
export interface ReplayFilter {
  /** When the delivery was made: from inclusive, to exclusive. */
  from: Date | null
  to: Date | null
  eventType: string | null
  state: (typeof REPLAYED_STATES)[number] | null
  conversationId: string | null
  /** As the app got it in webhook-id. */
  webhookId: string | null
}

/** Nothing narrows it. */
export const EVERYTHING: ReplayFilter = {
  from: null,
  to: null,
  eventType: null,
  state: null,
  conversationId: null,
  webhookId: null,
}

export interface ReplayRequest extends ReplayFilter {
  /** Slug of the app. */
  app: string | null
}

const text = (description: string) => Type.Optional(Type.String({ description }))

const FILTER = {
  from: text('RFC 3339; deliveries made then or later'),
  to: text('RFC 3339; deliveries made before'),
  event_type: Type.Optional(Type.Enum([...EVENT_TYPES])),
  state: Type.Optional(Type.Enum([...REPLAYED_STATES], { description: 'absent for both' })),
  conversation_id: text('the id of a conversation'),
  webhook_id: text('what the app got in webhook-id'),
}

/** Reads the body that starts a replay: a filter, and where `ofAnyApp` the app. */
export function replayParser({ ofAnyApp }: { ofAnyApp: boolean }): Parser<ReplayRequest> {
  const app = text('slug of the app; absent for every app')
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
    const word = (field: string) => (typeof given[field] === 'string' ? String(given[field]) : null)
    const readId = (field: string, isOne: (id: string) => boolean, form: string): string | null => {
      const id = word(field)
      if (id !== null && !isOne(id)) report(field, form)
      return id
    }
    return {
      from,
      to,
      eventType: word('event_type'),
      state: word('state') as ReplayFilter['state'],
      conversationId: readId('conversation_id', isUuid, CONVERSATION_ID_FORM),
      webhookId: readId('webhook_id', isWebhookId, WEBHOOK_ID_FORM),
      app: word('app'),
    }
  })
}
