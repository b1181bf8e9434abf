import { signWebhook } from '@charsu/protocol/webhook-signature'
import type { Clock } from '../clock.ts'
import { storableText } from '../db/storable-text.ts'
import type { Outbound } from '../outbound/call-app.ts'
import type { Outcome } from '../outbound/outcome.ts'
import { webhookId } from './delivery-id.ts'
import type { EndpointSettings } from './endpoint-settings.ts'
import type { AttemptRecord, LeasedDelivery, LeaseOutcome } from './leased-delivery.ts'
import { type NextStep, nextStep } from './next-step.ts'
import { renderEvent } from './render-event.ts'

export interface AttemptDeps {
  settings: { get(endpointId: string, revision: number): Promise<EndpointSettings | undefined> }
  outbound: Pick<Outbound, 'call'>
  clock: Clock
  random(): number
  deadlineMs: number
  /** Whether enough of the lease is left for an attempt that begins now. */
  mayStart(delivery: LeasedDelivery): boolean
}

const NOTHING_SAID: LeaseOutcome['endpoint'] = { result: null, pauseMs: null, disable: null }
const MASK = '***'

/**
 * Carries one lease to its outcome: at most one call to the app, and none for a delivery that is withheld, cannot be
 * rendered, or whose lease is about to run out. Rejects only when the settings cannot be read.
 * An abort of `signal` gives the delivery up unattempted: it may have reached the app, which is a duplicate later.
 */
export async function attemptDelivery(
  deps: AttemptDeps,
  delivery: LeasedDelivery,
  signal: AbortSignal,
): Promise<LeaseOutcome> {
  if (delivery.withheld) return unattempted(delivery, 'cancelled', delivery.withheld)
  const body = delivery.content === null ? undefined : renderEvent(delivery)
  if (body === undefined) return unattempted(delivery, 'dead', 'event_content_missing')
  const settings = await deps.settings.get(delivery.endpointId, delivery.endpointRevision)
  if (!settings) return unattempted(delivery, 'cancelled', 'endpoint_removed')
  if (settings.url === null || signal.aborted || !deps.mayStart(delivery)) return released(delivery)

  const startedAt = deps.clock.now()
  const headers = requestHeaders(delivery, settings, body, startedAt)
  const call = { url: settings.url, headers, body, deadlineMs: deps.deadlineMs, signal }
  const outcome = await deps.outbound.call(call)
  if (signal.aborted && outcome.kind === 'failure') return released(delivery)
  const step = nextStep(outcome, {
    failures: delivery.failures,
    random: deps.random(),
    now: deps.clock.now(),
  })
  return concluded(delivery, step, recordOf(outcome, headers, startedAt))
}

/** Gives the lease back as if it had never been. */
export const released = (delivery: LeasedDelivery): LeaseOutcome => unattempted(delivery, 'released', null)

/** The outcome of a delivery whose nodes died or fell silent again and again while they held it. */
export function wornOut(delivery: LeasedDelivery, context: { random: number; now: number }): LeaseOutcome {
  const step = nextStep({ kind: 'failure' }, { failures: delivery.failures, ...context })
  const outcome = concluded(delivery, step, {
    startedAt: context.now,
    durationMs: 0,
    status: null,
    error: 'the servers that attempted this delivery stopped before they could write its outcome',
    requestHeaders: {},
    answerHeaders: null,
    answerBody: null,
  })
  // Whose fault it was is not known, so the endpoint's standing does not suffer.
  return { ...outcome, endpoint: NOTHING_SAID }
}

function unattempted(
  delivery: LeasedDelivery,
  kind: 'released' | 'cancelled' | 'dead',
  reason: string | null,
): LeaseOutcome {
  return { delivery, kind, reason, delayMs: 0, attempt: null, endpoint: NOTHING_SAID }
}

function requestHeaders(
  delivery: LeasedDelivery,
  settings: EndpointSettings,
  body: string,
  now: number,
): Record<string, string> {
  const { signingSecrets, identificationKey } = settings
  const signed = signWebhook({
    id: webhookId(delivery.sourceId, delivery.subscriptionId),
    timestamp: now / 1000,
    body,
    secrets: signingSecrets,
  })
  return {
    ...(identificationKey !== null && { authorization: identificationKey }),
    'content-type': 'application/json',
    'user-agent': 'Charsu',
    'webhook-id': signed['webhook-id'],
    'webhook-timestamp': signed['webhook-timestamp'],
    // An app without a signing secret gets no empty signature.
    ...(signed['webhook-signature'] && { 'webhook-signature': signed['webhook-signature'] }),
    'charsu-attempt': String(delivery.attempts + 1),
  }
}

function concluded(delivery: LeasedDelivery, step: NextStep, attempt: AttemptRecord): LeaseOutcome {
  const outcome = { delivery, kind: step.kind, attempt }
  switch (step.kind) {
    case 'delivered':
      return { ...outcome, reason: null, delayMs: 0, endpoint: { ...NOTHING_SAID, result: 'succeeded' } }
    case 'dead':
      return {
        ...outcome,
        reason: step.reason,
        delayMs: 0,
        endpoint: { ...NOTHING_SAID, result: step.endpointFailed ? 'failed' : null },
      }
    case 'postponed':
      return {
        ...outcome,
        reason: null,
        delayMs: step.delayMs,
        endpoint: { ...NOTHING_SAID, result: 'failed', pauseMs: step.pauseMs },
      }
    case 'retry':
      return {
        ...outcome,
        reason: null,
        delayMs: step.delayMs,
        endpoint: { result: 'failed', pauseMs: step.pauseMs ?? null, disable: step.disable ?? null },
      }
  }
}

function recordOf(outcome: Outcome, headers: Record<string, string>, startedAt: number): AttemptRecord {
  const requestHeaders = headers.authorization === undefined ? headers : { ...headers, authorization: MASK }
  const made = { startedAt, durationMs: outcome.ms, requestHeaders }
  if (outcome.kind === 'failure') {
    const error = storableText(`${outcome.stage}: ${outcome.reason}`)
    return { ...made, status: null, error, answerHeaders: null, answerBody: null }
  }
  return {
    ...made,
    status: outcome.status,
    error: null,
    answerHeaders: Object.fromEntries(
      Object.entries(outcome.headers).map(([name, value]) => [name, storableText(value)]),
    ),
    answerBody: storableText(outcome.body.toString('utf8')),
  }
}
