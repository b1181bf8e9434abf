import type { AppUserIds } from '../access/app-user-ids.ts'
import type { DeliverySummary, DeliveryView } from '../delivery/list-deliveries.ts'
import type { HelpUrl } from '../errors.ts'
import { bodyWithMaskedPhones, withMaskedPhones, withMaskedPhonesIn } from '../marketplace/masked-phone.ts'
import { attemptReason } from './attempt-reason.ts'
import type { ClickRow, SubscriptionRow } from './store.ts'

// What passed between Charsu and an app, in the words of the console's API. People appear under the ids by which
// the app knows them; phone numbers are masked, in what was sent and in what was answered.

const masked = (body: string | null): string | null => (body === null ? null : bodyWithMaskedPhones(body))

const iso = (time: Date | null): string | null => time?.toISOString() ?? null

/** Where the cause and the fix of what failed can be read. */
const helpOn = (reason: string | null, helpUrl: HelpUrl): string | null =>
  reason === null ? null : helpUrl(reason)

export const deliverySummary = (delivery: DeliverySummary, helpUrl: HelpUrl) => ({
  id: String(delivery.id),
  webhook_id: delivery.webhookId,
  event_type: delivery.eventType,
  state: delivery.state,
  reason: delivery.reason,
  help: helpOn(delivery.reason, helpUrl),
  replay: delivery.replay,
  conversation_id: delivery.conversationId,
  created_at: delivery.createdAt.toISOString(),
  finished_at: iso(delivery.finishedAt),
  next_attempt_at: iso(delivery.nextAttemptAt),
  attempts_made: delivery.attemptsMade,
})

export const deliveryDetails = (delivery: DeliveryView, helpUrl: HelpUrl) => ({
  ...deliverySummary(delivery, helpUrl),
  /** The bytes of every attempt, as text, but for phone numbers; null when what it tells of is gone. */
  request_body: masked(delivery.requestBody),
  /** Why the body is not shown. */
  body_withheld: delivery.bodyWithheld,
  attempts: delivery.attempts.map((attempt) => ({
    attempt: attempt.attempt,
    started_at: new Date(attempt.startedAt).toISOString(),
    duration_ms: attempt.durationMs,
    outcome: attempt.outcome,
    error: attempt.error,
    help: helpOn(attemptReason(attempt), helpUrl),
    request_headers: attempt.requestHeaders,
    status: attempt.status,
    // Texts stay texts.
    answer_headers: withMaskedPhonesIn(attempt.answerHeaders) as typeof attempt.answerHeaders,
    answer_body: masked(attempt.answerBody),
  })),
})

export const clickView = (click: ClickRow, userIds: AppUserIds, helpUrl: HelpUrl) => ({
  id: click.id,
  created_at: click.created_at.toISOString(),
  user_id: userIds.toPublic(click.app_id, click.user_id),
  message_id: click.message_id,
  notice_id: click.notice_id,
  conversation_id: click.conversation_id,
  /** The place in the host's pages where the app was opened; null for a click on a button. */
  touchpoint: click.touchpoint,
  button: click.button,
  action: click.action,
  outcome: click.outcome,
  reason: click.reason,
  /** Cause and fix. */
  detail: click.detail === null ? null : withMaskedPhones(click.detail),
  help: helpOn(click.reason, helpUrl),
  request: withMaskedPhonesIn(click.request),
  answer_status: click.answer_status,
  answer_body: masked(click.answer_body),
  duration_ms: click.duration_ms,
})

export const subscriptionView = (row: SubscriptionRow, appId: string, userIds: AppUserIds) => ({
  id: row.id,
  event_type: row.event_type,
  user_id: userIds.toPublic(appId, row.user_id),
  event_resource_id: row.post_token,
  metadata: withMaskedPhonesIn(row.metadata),
  created_at: row.created_at.toISOString(),
  expires_at: row.expires_at.toISOString(),
})
