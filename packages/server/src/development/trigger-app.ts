import type { JsonObject } from '@charsu/protocol/json-object'
import { SESSION_V2_HEADERS } from '@charsu/protocol/session-initialization'
import { signWebhook } from '@charsu/protocol/webhook-signature'
import { clickHeaders } from '../actions/ask-app.ts'
import { CLICK_DEADLINE_MS } from '../actions/run-click.ts'
import { type ClickedApp, loadApp } from '../actions/store.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import { eventHeaders } from '../delivery/attempt.ts'
import { webhookId } from '../delivery/delivery-id.ts'
import { ApiError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Outbound } from '../outbound/call-app.ts'
import type { Outcome } from '../outbound/outcome.ts'
import { unknownApp } from './found-here.ts'
import { judgeTrigger, type TriggerEffect, type TriggerFailure } from './judge-trigger.ts'
import { findTriggeredApp } from './trigger-store.ts'

export interface TriggerDeps {
  db: Database
  clock: Clock
  outbound: Pick<Outbound, 'call'>
}

export const TRIGGER_CALLS = ['event', 'session', 'action'] as const
export type TriggerCall = (typeof TRIGGER_CALLS)[number]

export interface Trigger {
  slug: string
  call: TriggerCall
  /** Of a session; the app's own when absent. */
  sessionVersion?: 1 | 2 | undefined
  body: JsonObject
}

export interface TriggerOutcome {
  url: string
  /** webhook-id of the call. */
  id: string
  /** Null when no complete answer came. */
  status: number | null
  ms: number
  headers: Record<string, string>
  /** Text of the answer's body, at most 16 KiB of it; null as above. */
  answer: string | null
  truncated: boolean
  effect: TriggerEffect | null
  failure: TriggerFailure | null
}

/** Of one attempt of a delivery, from DNS to the last byte. */
const EVENT_DEADLINE_MS = 10_000

/**
 * Calls the app once as the platform would, whatever the body: same headers, signature and deadline. Nothing is stored
 * of it and nothing repeated.
 * @throws 404 for an app that is not there, 412 when it has no URL for such calls.
 */
export async function triggerApp(deps: TriggerDeps, trigger: Trigger): Promise<TriggerOutcome> {
  const found = await findTriggeredApp(deps.db, trigger.slug)
  const app = found && (await loadApp(deps.db, found.id))
  if (!found || !app) throw unknownApp(trigger.slug)
  const url = { ...urlsOf(app), event: found.eventsUrl }[trigger.call]
  if (url === null) throw noUrl(trigger)
  const body = JSON.stringify(trigger.body)
  const { id, headers } = signed(deps, { app, trigger, body })
  const outcome = await deps.outbound.call({
    url,
    headers,
    body,
    deadlineMs: trigger.call === 'event' ? EVENT_DEADLINE_MS : CLICK_DEADLINE_MS,
    about: { triggeredSlug: trigger.slug },
  })
  return { url, id, ...answerOf(outcome), ...judgeTrigger({ ...trigger, url }, outcome) }
}

const urlsOf = (app: ClickedApp) => ({
  session: app.sessionInitializationUrl,
  action: app.dynamicActionUrl,
})

interface ToSign {
  app: ClickedApp
  trigger: Trigger
  body: string
}

function signed({ clock }: TriggerDeps, { app, trigger, body }: ToSign) {
  const now = clock.now()
  if (trigger.call === 'event') {
    const id = webhookId(newId(), app.id)
    const sign = (secret: string, of: string, seconds: number, text: string): string =>
      signWebhook({ id: of, timestamp: seconds, body: text, secrets: [secret] })['webhook-signature']
    const call = { webhookId: id, attempt: 1, replay: false, settings: app, body, startedAt: now }
    return { id, headers: eventHeaders(sign, { ...call, traceparent: null }) }
  }
  const clickId = newId()
  const version = trigger.sessionVersion ?? app.sessionInitializationVersion
  const versioned = trigger.call === 'session' && version === 2 ? { headers: SESSION_V2_HEADERS } : {}
  return { id: clickId, headers: clickHeaders({ app, clickId, ...versioned }, body, now) }
}

const answerOf = (outcome: Outcome) =>
  outcome.kind === 'answer'
    ? {
        status: outcome.status,
        ms: outcome.ms,
        headers: outcome.headers,
        answer: outcome.body.toString('utf8'),
        truncated: outcome.truncated,
      }
    : { status: null, ms: outcome.ms, headers: {}, answer: null, truncated: false }

const FIELDS: Readonly<Record<TriggerCall, string>> = {
  event: 'events_url',
  session: 'session_initialization_url',
  action: 'dynamic_action_url',
}

const noUrl = ({ slug, call }: Trigger): ApiError =>
  new ApiError(
    'FAILED_PRECONDITION',
    `the app ${slug} has no ${FIELDS[call]}: set it, or url, with PUT /dev/v1/apps/${slug}`,
    { reason: 'APP_URL_NOT_SET' },
  )
