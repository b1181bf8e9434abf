import type { Clock } from '../clock.ts'
import { storableText } from '../db/storable-text.ts'
import { readTraceparent } from '../http/traceparent.ts'
import type { Log } from '../log.ts'
import type { AppCall, CallSubject, Outbound } from '../outbound/call-app.ts'
import type { Outcome } from '../outbound/outcome.ts'
import type { MadeCalls } from './call-with-faults.ts'
import type { FaultName } from './faults.ts'
import { keptBody, keptHeaders, keptUrl } from './kept-text.ts'
import { SecretMask } from './mask-secrets.ts'
import type { AppClaim, TrafficEntry, TrafficRecord } from './traffic-record.ts'

export interface RecordingDeps {
  clock: Pick<Clock, 'now'>
  log: Pick<Log, 'error'>
  traffic: { add(entry: TrafficEntry): void }
}

/** Whatever goes wrong with a record, the call that it is of goes on. */
export function addRecord({ traffic, log }: RecordingDeps, make: () => TrafficEntry): void {
  try {
    traffic.add(make())
  } catch (error) {
    log.error({ err: error }, 'an exchange with an app could not be recorded')
  }
}

/**
 * The same calls, each of them recorded with its outcome, and with the fault that was made of it. Those that say nothing
 * of what they are about are not.
 */
export const recordCallsToApps = (
  deps: RecordingDeps,
  outbound: Outbound,
  make: (call: AppCall & { about: CallSubject }) => Promise<MadeCalls>,
): Outbound => ({
  ...outbound,
  async call(call) {
    const { about } = call
    if (!about) return await outbound.call(call)
    const made = await make({ ...call, about })
    for (const { at, outcome, fault } of made) {
      addRecord(deps, () => entryOf(at, { call, about, outcome, fault }))
    }
    return made[0].outcome
  },
})

interface Called {
  call: AppCall
  about: CallSubject
  outcome: Outcome
  fault: FaultName | null
}

function entryOf(at: number, { call, about, outcome, fault }: Called): TrafficEntry {
  const mask = new SecretMask(call.headers)
  const text = (given: string): string => mask.text(given)
  const body = call.body.toString('utf8')
  const { app, kind, refs } = subjectOf(about, body)
  const answer = outcome.kind === 'answer' ? outcome : null
  const headers = lowerCased(call.headers)
  return {
    at,
    app,
    record: {
      direction: 'to_app',
      kind,
      method: call.method ?? 'POST',
      url: keptUrl(text(call.url)),
      request: { headers: keptHeaders(mask.headers(call.headers)), ...keptBody(body, { mask: text }) },
      answer: answer && {
        status: answer.status,
        headers: keptHeaders(mask.headers(answer.headers)),
        ...keptBody(answer.body, { mask: text, truncated: answer.truncated }),
      },
      failure: outcome.kind === 'failure' ? { stage: outcome.stage, reason: text(outcome.reason) } : null,
      ms: outcome.ms,
      refs: {
        ...refs,
        ...(headers['webhook-id'] && { webhook_id: headers['webhook-id'] }),
        ...traceOf(headers.traceparent),
      },
      ...('eventType' in about && about.eventType === OLDER_EVENT && { older_form: true as const }),
      ...(fault !== null && { fault }),
    },
  }
}

/** What apps that registered by the older operation get. */
const OLDER_EVENT = 'CHAT_MESSAGE'

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

export function traceOf(traceparent: string | undefined): { trace_id?: string; span_id?: string } {
  const context = readTraceparent(traceparent)
  return context ? { trace_id: context.traceId, span_id: context.spanId } : {}
}

interface Subject extends Pick<TrafficRecord, 'kind' | 'refs'> {
  app: AppClaim
}

function subjectOf(about: CallSubject, body: string): Subject {
  if ('triggeredSlug' in about) {
    return { kind: 'trigger', app: { slug: about.triggeredSlug }, refs: refsIn(body) }
  }
  if ('clickId' in about) {
    return {
      kind: about.purpose === 'dynamic action' ? 'action' : 'session',
      app: { appId: about.app.id },
      refs: { click_id: about.clickId, ...conversationIn(body) },
    }
  }
  return {
    kind: 'event',
    app: { endpointId: about.endpointId },
    refs: {
      delivery_id: String(about.deliveryId),
      attempt: about.attempts + 1,
      event_type: about.eventType,
      ...(about.conversationId !== null && {
        conversation_id: about.conversationId,
        message_id: about.sourceId,
      }),
    },
  }
}

interface EventBody {
  type?: unknown
  conversation_id?: unknown
  new_message?: MessageBody
  new_chatbot_message?: MessageBody
}

interface MessageBody {
  id?: unknown
  conversation?: { id?: unknown }
}

/** What a body says of itself, whatever it is. */
function refsIn(body: string): TrafficRecord['refs'] {
  const event = parsed(body)
  const message = event.new_message ?? event.new_chatbot_message
  return {
    ...named('event_type', event.type),
    ...named('message_id', message?.id),
    ...named('conversation_id', message?.conversation?.id ?? event.conversation_id),
  }
}

const conversationIn = (body: string): TrafficRecord['refs'] =>
  named('conversation_id', parsed(body).conversation_id)

const MOST_ID_LENGTH = 200

const named = (name: keyof TrafficRecord['refs'], value: unknown): TrafficRecord['refs'] =>
  typeof value === 'string' ? { [name]: storableText(value.slice(0, MOST_ID_LENGTH)) } : {}

function parsed(body: string): EventBody {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
