import { hash } from 'node:crypto'

const LENGTH = 27

/**
 * The webhook-id of what one subscription hears of one thing that happened (wire contract §5). It depends on
 * nothing else, so retries, duplicates after a crash, and replays all carry the same one, and an app can tell.
 * `sourceId` is the message or the event fact; `subscriptionId` the subscription, or the app for events that need
 * none.
 */
export function webhookId(sourceId: string, subscriptionId: string): string {
  return `evt_${hash('sha256', `${sourceId}:${subscriptionId}`, 'base64url').slice(0, LENGTH)}`
}
