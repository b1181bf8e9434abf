import { hash } from 'node:crypto'

const LENGTH = 27
const WEBHOOK_ID = /^evt_[\w-]{27}$/

/** Whether a text has the form of a webhook-id. */
export const isWebhookId = (text: string): boolean => WEBHOOK_ID.test(text)

/** What is said of ids in filters that are none. */
export const WEBHOOK_ID_FORM = 'must be as in the header webhook-id: evt_ and 27 characters'
export const CONVERSATION_ID_FORM = 'must be the id of a conversation, such as deliveries and events name it'

/**
 * The webhook-id of what one subscription hears of one thing that happened (wire contract §5). It depends on
 * nothing else, so retries, duplicates after a crash, and replays all carry the same one, and an app can tell.
 * `sourceId` is the message or the event fact; `subscriptionId` the subscription, or the app for events that need
 * none.
 */
export function webhookId(sourceId: string, subscriptionId: string): string {
  return `evt_${hash('sha256', `${sourceId}:${subscriptionId}`, 'base64url').slice(0, LENGTH)}`
}
