import { signWebhook } from '@charsu/protocol/webhook-signature'
import type { Clock } from '../clock.ts'
import { storableText } from '../db/storable-text.ts'
import { MAX_ANSWER_BYTES, type Outbound } from '../outbound/call-app.ts'
import type { Failure, Outcome } from '../outbound/outcome.ts'
import type { ClickCallToTrace, ClickCallTracer } from './click-call-tracer.ts'
import { type CallRecord, type ClickFailure, failure } from './click-result.ts'
import type { ClickedApp } from './store.ts'

export interface AskAppDeps {
  outbound: Pick<Outbound, 'call'>
  clock: Clock
  trace?: ClickCallTracer | undefined
}

export interface Question {
  clickId: string
  purpose: ClickCallToTrace['purpose']
  /** W3C trace context of the click's request, if it has one. */
  traceparent?: string | null | undefined
  app: Pick<ClickedApp, 'id' | 'identificationKey' | 'signingSecrets'>
  url: string
  /** Sent in this very spelling. */
  headers?: Readonly<Record<string, string>>
  body: object
  /** What is left of the click's time. */
  deadlineMs: number
}

/** The text of a 2xx answer, or why there is none; `call` is what the developer gets to see of it. */
export type Reply = { call: CallRecord } & ({ text: string } | { failure: ClickFailure })

const MASK = '***'

/** Asks an app what a click does (wire contract §3): one call, signed with the click's id as events are (§5). */
export async function askApp(deps: AskAppDeps, question: Question): Promise<Reply> {
  const body = JSON.stringify(question.body)
  const { url, deadlineMs, clickId, purpose, traceparent = null } = question
  const span = deps.trace?.begin({ clickId, purpose, traceparent })
  const headers = {
    ...clickHeaders(question, body, deps.clock.now()),
    ...traceHeader(span ? span.traceparent : traceparent),
  }
  const outcome = await deps.outbound.call({ url, headers, body, deadlineMs, about: question })
  span?.end({
    status: outcome.kind === 'answer' ? outcome.status : null,
    stage: outcome.kind === 'failure' ? outcome.stage : null,
  })
  const call: CallRecord = {
    url,
    headers: headers.Authorization === undefined ? headers : { ...headers, Authorization: MASK },
    body: question.body,
    status: outcome.kind === 'answer' ? outcome.status : null,
    answer: outcome.kind === 'answer' ? storableText(outcome.body.toString('utf8')) : null,
  }
  const problem = problemOf(outcome)
  if (problem) return { call, ...problem }
  return { call, text: outcome.kind === 'answer' ? outcome.body.toString('utf8') : '' }
}

const traceHeader = (traceparent: string | null): Record<string, string> =>
  traceparent === null ? {} : { traceparent }

/** What every call that asks about a click carries (wire contract §3), in this very spelling. */
export function clickHeaders(
  { app, clickId, headers }: Pick<Question, 'app' | 'clickId' | 'headers'>,
  body: string,
  now: number,
): Record<string, string> {
  const signed = signWebhook({ id: clickId, timestamp: now / 1000, body, secrets: app.signingSecrets })
  const all: Record<string, string> = {
    ...(app.identificationKey !== null && { Authorization: app.identificationKey }),
    'Content-Type': 'application/json',
    'User-Agent': 'Charsu',
    ...headers,
    'webhook-id': signed['webhook-id'],
    'webhook-timestamp': signed['webhook-timestamp'],
    // An app without a signing secret gets no empty signature.
    ...(signed['webhook-signature'] && { 'webhook-signature': signed['webhook-signature'] }),
  }
  return all
}

function problemOf(outcome: Outcome): { failure: ClickFailure } | undefined {
  if (outcome.kind === 'failure') return unanswered(outcome)
  const { status } = outcome
  if (status >= 300 && status < 400) {
    return failure('NOT_2XX', `the app answered ${status}; redirects are not followed: set the final URL`)
  }
  if (status < 200 || status >= 300) {
    return failure(
      'NOT_2XX',
      `the app answered ${status}; answer a click with 2xx, and see your server’s log`,
    )
  }
  if (!outcome.truncated) return undefined
  return failure('ANSWER_TOO_LONG', `the answer has more than ${MAX_ANSWER_BYTES} bytes: send a shorter one`)
}

function unanswered({ stage, reason }: Failure): { failure: ClickFailure } {
  switch (stage) {
    case 'url':
    case 'guard':
      return failure('URL_REFUSED', `${reason}; set another URL in the console`)
    case 'timeout':
      return failure('TIMED_OUT', `${reason}; answer at once and do slow work afterwards`)
    default:
      return failure('UNREACHABLE', `${stage}: ${reason}; check that your server runs and can be reached`)
  }
}
