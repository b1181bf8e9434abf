import type { DeliveryReason } from '@charsu/protocol/error-catalogue/catalogue'
import { type SignWith, signWebhook } from '@charsu/protocol/webhook-signature'
import type { Clock } from '../clock.ts'
import { storableText } from '../db/storable-text.ts'
import type { Outbound } from '../outbound/call-app.ts'
import type { Outcome } from '../outbound/outcome.ts'
import type { AttemptEvent } from './attempt-event.ts'
import { webhookId } from './delivery-id.ts'
import type { EndpointSettings } from './endpoint-settings.ts'
import type { AttemptRecord, LeasedDelivery, LeaseOutcome } from './leased-delivery.ts'
import { type NextStep, nextStep } from './next-step.ts'
import { type EventRendering, renderEvent } from './render-event.ts'

export interface AttemptDeps {
  /** Told why the settings could not be read. */
  onUnreachable(error: unknown): void
  settings: { get(endpointId: string, revision: number): Promise<EndpointSettings | undefined> }
  outbound: Pick<Outbound, 'call'>
  rendering: EventRendering
  sign: SignWith
  clock: Clock
  random(): number
  deadlineMs: number
  /** Named in what is told of attempts. */
  node: string
  onAttempt?: ((event: AttemptEvent) => void) | undefined
  /** Absent: the trace context that came with the event goes out as it came. */
  trace?: AttemptTracer | undefined
  /** Whether enough of the lease is left for an attempt that begins now. */
  mayStart(delivery: LeasedDelivery): boolean
}

/** Follows attempts in traces. */
export interface AttemptTracer {
  /** `traceparent` goes out with the call; `end` is called once. */
  begin(delivery: LeasedDelivery): { traceparent: string | null; end(event: AttemptEvent): void }
}

const NOTHING_SAID: LeaseOutcome['endpoint'] = { result: null, pauseMs: null, disable: null }
const MASK = '***'

/**
 * Carries one lease to its outcome: at most one call to the app, and none for a delivery that is withheld, cannot be
 * rendered, or whose lease is about to run out.
 * An abort of `signal` gives the delivery up unattempted: it may have reached the app, which is a duplicate later.
 */
export async function attemptDelivery(
  deps: AttemptDeps,
  delivery: LeasedDelivery,
  signal: AbortSignal,
): Promise<LeaseOutcome> {
  // Dropped by the app's own people, who may think better of it; the others are for good.
  if (delivery.withheld === 'dropped_on_reenabling') return unattempted(delivery, 'dead', delivery.withheld)
  if (delivery.withheld) return unattempted(delivery, 'cancelled', delivery.withheld)
  if (delivery.content === null) return unattempted(delivery, 'dead', 'event_content_missing')
  let settings: EndpointSettings | undefined
  try {
    settings = await deps.settings.get(delivery.endpointId, delivery.endpointRevision)
  } catch (error) {
    deps.onUnreachable(error)
    return released(delivery)
  }
  if (!settings) return unattempted(delivery, 'cancelled', 'endpoint_removed')
  const body = renderEvent(deps.rendering, settings.appId, delivery)
  if (body === undefined) return unattempted(delivery, 'dead', 'event_content_missing')
  if (settings.url === null || signal.aborted || !deps.mayStart(delivery)) return released(delivery)

  const startedAt = deps.clock.now()
  const begunAt = deps.clock.monotonic()
  const span = deps.trace?.begin(delivery)
  const traceparent = span ? span.traceparent : delivery.traceparent
  const headers = eventHeaders(deps.sign, {
    webhookId: webhookId(delivery.sourceId, delivery.subscriptionId),
    attempt: delivery.attempts + 1,
    replay: delivery.replay,
    settings,
    body,
    startedAt,
    traceparent,
  })
  const call = { url: settings.url, headers, body, deadlineMs: deps.deadlineMs, signal, about: delivery }
  const outcome = await deps.outbound.call(call)
  const step = nextStep(outcome, {
    failures: delivery.failures,
    random: deps.random(),
    now: deps.clock.now(),
  })
  const event = eventOf(deps.node, {
    delivery,
    outcome,
    step,
    begunAt,
    webhookId: headers['webhook-id']!,
    traceparent,
  })
  span?.end(event)
  if (signal.aborted && outcome.kind === 'failure') return released(delivery)
  deps.onAttempt?.(event)
  return concluded(delivery, step, recordOf(outcome, { event, headers, startedAt }))
}

/** Gives the lease back as if it had never been. */
export const released = (delivery: LeasedDelivery): LeaseOutcome => unattempted(delivery, 'released', null)

/** The outcome of a delivery whose nodes died or fell silent again and again while they held it. */
export const wornOut = (delivery: LeasedDelivery, context: { random: number; now: number }): LeaseOutcome =>
  failedHere(delivery, {
    ...context,
    error: 'the servers that attempted this delivery stopped before they could write its outcome',
  })

/** The outcome of an attempt that failed by no fault of the app. */
export function failedHere(
  delivery: LeasedDelivery,
  { error, ...context }: { random: number; now: number; error: string },
): LeaseOutcome {
  const step = nextStep({ kind: 'failure' }, { failures: delivery.failures, ...context })
  const outcome = concluded(delivery, step, {
    attempt: delivery.attempts + 1,
    startedAt: new Date(context.now).toISOString(),
    durationMs: 0,
    outcome: step.kind,
    status: null,
    error,
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
  reason: DeliveryReason | null,
): LeaseOutcome {
  return { delivery, kind, reason, delayMs: 0, attempt: null, endpoint: NOTHING_SAID }
}

export interface EventCall {
  webhookId: string
  /** From 1. */
  attempt: number
  replay: boolean
  settings: Pick<EndpointSettings, 'signingSecrets' | 'identificationKey'>
  body: string
  /** Milliseconds since 1970. */
  startedAt: number
  traceparent: string | null
}

/** What every delivery of an event carries (wire contract §5). */
export function eventHeaders(sign: SignWith, call: EventCall): Record<string, string> {
  const { signingSecrets, identificationKey } = call.settings
  const signed = signWebhook(
    { id: call.webhookId, timestamp: call.startedAt / 1000, body: call.body, secrets: signingSecrets },
    sign,
  )
  return {
    ...(identificationKey !== null && { authorization: identificationKey }),
    'content-type': 'application/json',
    'user-agent': 'Charsu',
    'webhook-id': signed['webhook-id'],
    'webhook-timestamp': signed['webhook-timestamp'],
    // An app without a signing secret gets no empty signature.
    ...(signed['webhook-signature'] && { 'webhook-signature': signed['webhook-signature'] }),
    'charsu-attempt': String(call.attempt),
    ...(call.replay && { 'charsu-replay': 'true' }),
    ...(call.traceparent !== null && { traceparent: call.traceparent }),
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

interface Attempted {
  delivery: LeasedDelivery
  outcome: Outcome
  step: NextStep
  /** Monotonic. */
  begunAt: number
  webhookId: string
  traceparent: string | null
}

function eventOf(nodeId: string, attempted: Attempted): AttemptEvent {
  const { delivery, outcome, step, begunAt, webhookId, traceparent } = attempted
  const answer = outcome.kind === 'answer' ? outcome : null
  const failure = outcome.kind === 'failure' ? outcome : null
  return {
    nodeId,
    deliveryId: delivery.deliveryId,
    webhookId,
    endpointId: delivery.endpointId,
    conversationId: delivery.conversationId,
    eventType: delivery.eventType,
    attempt: delivery.attempts + 1,
    replay: delivery.replay,
    outcome: step.kind,
    reason: step.kind === 'dead' ? step.reason : null,
    status: answer?.status ?? null,
    error: failure?.reason ?? null,
    stage: failure?.stage ?? null,
    durationMs: outcome.ms,
    firstByteMs: answer?.firstByteMs ?? null,
    acceptToFirstByteMs: answer && Math.max(0, begunAt - delivery.acceptedAt) + answer.firstByteMs,
    delayMs: 'delayMs' in step ? step.delayMs : 0,
    traceparent,
  }
}

function recordOf(
  outcome: Outcome,
  { event, headers, startedAt }: { event: AttemptEvent; headers: Record<string, string>; startedAt: number },
): AttemptRecord {
  const made = {
    attempt: event.attempt,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: outcome.ms,
    outcome: event.outcome,
    requestHeaders: headers.authorization === undefined ? headers : { ...headers, authorization: MASK },
  }
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
