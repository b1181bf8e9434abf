import type { Exchange } from '../../api/development/story-shapes.ts'
import { readJsonObject } from './json-fault.ts'

/** What `POST /dev/v1/apps/{slug}/trigger` takes. */
export interface TriggerCall {
  call: 'event' | 'session' | 'action'
  session_version?: 1 | 2
  body: Record<string, unknown>
}

/** The trigger that makes a call to an app once more; null when its body is not known as a whole, or no object. */
export function triggerCallOf(exchange: Exchange): TriggerCall | null {
  const { request, direction } = exchange
  if (direction !== 'to_app' || request.truncated || request.body === null) return null
  const read = readJsonObject(request.body)
  if ('fault' in read) return null
  const call = callOf(exchange, read.value)
  return { call, ...(call === 'session' && { session_version: versionOf(exchange) }), body: read.value }
}

function callOf({ kind, request }: Exchange, body: Record<string, unknown>): TriggerCall['call'] {
  if (kind === 'event' || kind === 'session' || kind === 'action') return kind
  // Triggered: events alone have ids of this form, and of clicks only sessions tell where to come back to.
  if (request.headers['webhook-id']?.startsWith('evt_')) return 'event'
  return 'return_url' in body || 'callback_url' in body ? 'session' : 'action'
}

const versionOf = ({ request }: Exchange): 1 | 2 => {
  const [, version] =
    Object.entries(request.headers).find(([name]) => name.toLowerCase() === 'api-version') ?? []
  return version?.includes('2') ? 2 : 1
}
