import { EVENT_TYPES } from '@charsu/protocol/events'
import { normalizer, type Parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import type { DeliveryFilter } from '../delivery/delivery-filter.ts'
import { CONVERSATION_ID_FORM, isWebhookId, WEBHOOK_ID_FORM } from '../delivery/delivery-id.ts'
import { DELIVERY_STATES, type DeliveryState } from '../delivery/list-deliveries.ts'
import { parseTime } from '../http/rfc3339.ts'
import { isUuid } from '../ids.ts'
import { numberCursor, type PageQuery, pageQuery } from './page-query.ts'

export interface DeliveriesQuery extends PageQuery<number, DeliveryState> {
  search: DeliveryFilter
}

const text = (description: string) => Type.Optional(Type.String({ description }))

/** Reads a page of the list of deliveries, and what to look for in it. An empty filter is none. */
export function deliveriesQuery(): Parser<DeliveriesQuery> {
  const page = pageQuery(numberCursor, { name: 'state', values: DELIVERY_STATES })
  const { properties } = page.schema as Type.TObject
  const schema = Type.Object({
    ...properties,
    event_type: Type.Optional(Type.Enum([...EVENT_TYPES])),
    conversation_id: text('the id of a conversation'),
    webhook_id: text('what the app got in webhook-id'),
    from: text('RFC 3339; deliveries made then or later'),
    to: text('RFC 3339; deliveries made before'),
  })
  return normalizer(schema, (value, report) => {
    const given = value as Record<string, unknown>
    const read = page.parse(value)
    if (!read.ok) for (const { field, description } of read.violations) report(field, description)
    const word = (name: string): string | undefined =>
      typeof given[name] === 'string' && given[name] !== '' ? String(given[name]) : undefined
    const time = (name: string): Date | undefined => {
      const written = word(name)
      const found = written === undefined ? undefined : parseTime(written)
      if (found === null) report(name, 'must be a time of RFC 3339, such as 2026-11-22T08:30:00Z')
      return found ?? undefined
    }
    const conversationId = word('conversation_id')
    if (conversationId !== undefined && !isUuid(conversationId)) {
      report('conversation_id', CONVERSATION_ID_FORM)
    }
    const webhookId = word('webhook_id')
    if (webhookId !== undefined && !isWebhookId(webhookId)) {
      report('webhook_id', WEBHOOK_ID_FORM)
    }
    const [from, to] = [time('from'), time('to')]
    if (from && to && from >= to) report('to', 'must be later than from')
    const { cursor, limit, filter } = read.ok
      ? read.value
      : { cursor: undefined, limit: 1, filter: undefined }
    return {
      cursor,
      limit,
      filter,
      search: { eventType: word('event_type'), conversationId, webhookId, from, to },
    }
  })
}
