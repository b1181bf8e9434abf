import type { Action } from '@charsu/protocol/button-action'
import {
  type DynamicActionFacts,
  dynamicActionRequest,
  readDynamicAnswer,
} from '@charsu/protocol/dynamic-action'
import type { ClickReason } from '@charsu/protocol/error-catalogue/catalogue'
import {
  readSessionAnswer,
  SESSION_V2_HEADERS,
  type SessionFacts,
  sessionRequestV1,
  sessionRequestV2,
} from '@charsu/protocol/session-initialization'
import { type AppOutcome, type CallAppDeps, callApp } from './call-app.ts'

export interface ClickFailure {
  reason: ClickReason
  /** Cause and fix, for the developer. */
  detail: string
  /** What the app answered, if anything. */
  answer?: string
  error?: unknown
}

/** What one step of a click came to. */
export interface ClickStep {
  openUrl?: string
  toast?: string
  /** To be carried out in turn. */
  action?: Action
  failure?: ClickFailure
}

export interface Asked {
  clickId: string
  facts: SessionFacts & DynamicActionFacts
  /** What is left of the click's time. */
  deadlineMs: number
}

export const failed = (reason: ClickReason, detail: string): ClickStep => ({ failure: { reason, detail } })

/** Session initialization (wire contract §3), in the version that the app has chosen. */
export async function openSession(
  deps: CallAppDeps,
  { clickId, facts, deadlineMs }: Asked,
): Promise<ClickStep> {
  const { sessionsUrl: url, sessionVersion } = deps.known
  if (url === null) {
    return failed('NO_URL_SET', 'the app has no session initialization URL: set it in the console')
  }
  const isVersion1 = sessionVersion === 1
  const outcome = await callApp(deps, {
    label: 'session initialization',
    url,
    webhookId: clickId,
    ...(!isVersion1 && { headers: SESSION_V2_HEADERS }),
    body: JSON.stringify(isVersion1 ? sessionRequestV1(facts) : sessionRequestV2(facts)),
    deadlineMs,
  })
  const reply = readReply(outcome)
  if ('failure' in reply) return reply
  const answer = readSessionAnswer(reply.text)
  if (answer.kind === 'failed') return unusable(answer.fault, answer.detail, reply.text)
  return answer.kind === 'open' ? { openUrl: answer.url } : { toast: answer.text }
}

/** A dynamic action (wire contract §3). */
export async function askNextAction(
  deps: CallAppDeps,
  { clickId, facts, deadlineMs }: Asked,
): Promise<ClickStep> {
  const { actionsUrl: url } = deps.known
  if (url === null) return failed('NO_URL_SET', 'the app has no dynamic-action URL: set it in the console')
  const outcome = await callApp(deps, {
    label: 'dynamic action',
    url,
    webhookId: clickId,
    body: JSON.stringify(dynamicActionRequest(facts)),
    deadlineMs,
  })
  const reply = readReply(outcome)
  if ('failure' in reply) return reply
  const answer = readDynamicAnswer(reply.text)
  if (answer.kind === 'failed') return unusable(answer.fault, answer.detail, reply.text)
  const { action, text } = answer
  return { ...(action && { action }), ...(text !== undefined && { toast: text }) }
}

const unusable = (reason: ClickReason, detail: string, answer: string): ClickStep => ({
  failure: { reason, detail, answer },
})

function readReply(outcome: AppOutcome): { text: string } | { failure: ClickFailure } {
  if (outcome.kind === 'failure') {
    const { isTimeout, reason, error } = outcome
    const detail = isTimeout
      ? `${reason}; answer at once and do slow work afterwards`
      : `${reason}; check that your server runs and can be reached`
    return { failure: { reason: isTimeout ? 'TIMED_OUT' : 'UNREACHABLE', detail, error } }
  }
  const { status, text, isTruncated } = outcome
  if (status < 200 || status >= 300) {
    const detail =
      status >= 300 && status < 400
        ? `the app answered ${status}; redirects are not followed: set the final URL`
        : `the app answered ${status}; answer a click with 2xx, and see your server’s log`
    return { failure: { reason: 'NOT_2XX', detail, answer: text } }
  }
  if (!isTruncated) return { text }
  const detail = 'the answer has more than 16384 bytes: send a shorter one'
  return { failure: { reason: 'ANSWER_TOO_LONG', detail, answer: text } }
}
