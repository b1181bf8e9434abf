import type { StoryClick, StoryDelivery, StoryMessage, StoryNotice } from './story-answer.ts'
import type { ToldDelivery } from './story-deliveries.ts'
import type { ToldClick, ToldMessage, ToldNotice } from './story-store.ts'
import type { TrafficRecord } from './traffic-record.ts'

export const shownMessage = ({ id, body, sentAt, ...message }: ToldMessage): StoryMessage => ({
  id,
  conversation_id: message.conversationId,
  conversation_type: message.conversationType,
  sequence: message.sequence,
  type: message.type,
  text: body.text ?? null,
  sender: message.sender,
  app: message.app,
  sent_at: sentAt.toISOString(),
  deleted: body.deleted === true,
  sender_buttons: body.sender_buttons ?? null,
  receiver_buttons: body.receiver_buttons ?? null,
})

export function shownDelivery(
  { id, webhookId, createdAt, finishedAt, nextAttemptAt, attempts, ...delivery }: ToldDelivery,
  exchanges: readonly TrafficRecord[],
): StoryDelivery {
  const deliveryId = String(id)
  const exchangeOf = (attempt: number): string | null =>
    exchanges.findLast(({ refs }) => refs.delivery_id === deliveryId && refs.attempt === attempt)?.id ?? null
  return {
    delivery_id: deliveryId,
    app: delivery.app,
    event_type: delivery.event_type,
    state: delivery.state,
    reason: delivery.reason,
    webhook_id: webhookId,
    replay: delivery.replay,
    under_way: delivery.under_way,
    created_at: createdAt.toISOString(),
    finished_at: finishedAt?.toISOString() ?? null,
    next_attempt_at: delivery.state === 'held' ? null : (nextAttemptAt?.toISOString() ?? null),
    waits_behind: delivery.state === 'pending' && delivery.waitsBehind,
    ahead_attempt_at: delivery.state === 'held' ? null : (delivery.aheadAttemptAt?.toISOString() ?? null),
    attempts: attempts.map(({ attempt, startedAt, durationMs, outcome, status, error }) => ({
      attempt,
      started_at: startedAt,
      duration_ms: durationMs,
      outcome,
      status,
      error,
      exchange_id: exchangeOf(attempt),
    })),
  }
}

export const shownClick = (
  { id, durationMs, at, ...click }: ToldClick,
  exchanges: readonly TrafficRecord[],
): StoryClick => ({
  click_id: id,
  app: click.app,
  user: click.user,
  button: click.button,
  action: click.action,
  outcome: click.outcome,
  reason: click.reason,
  detail: click.detail,
  duration_ms: durationMs,
  at: at.toISOString(),
  exchange_ids: exchanges.filter(({ refs }) => refs.click_id === id).map((exchange) => exchange.id),
})

export const shownNotice = ({ id, at, exchangeId, ...notice }: ToldNotice): StoryNotice => ({
  notice_id: id,
  exchange_id: exchangeId,
  at: at.toISOString(),
  ...notice,
})
