import type { Action } from '@charsu/protocol/button-action'
import { dynamicActionRequest, readDynamicAnswer } from '@charsu/protocol/dynamic-action'
import { askApp } from './ask-app.ts'
import { dynamicActionFacts } from './click-place.ts'
import { type CallRecord, type Effect, failure } from './click-result.ts'
import type { OpenSessionDeps, SessionToOpen } from './open-session.ts'

export interface NextAction extends Effect {
  call?: CallRecord
  /** To be carried out in turn. */
  action?: Action
}

/** Asks the app’s dynamic-action URL what to do (wire contract §3): an action, a toast, both or nothing. */
export async function askNextAction(deps: OpenSessionDeps, asked: SessionToOpen): Promise<NextAction> {
  const { app, clickId, userId, place, data, deadlineMs, traceparent } = asked
  const url = app.dynamicActionUrl
  if (!url) return failure('NO_URL_SET', 'the app has no dynamic-action URL: set it in the console')
  const body = dynamicActionRequest(dynamicActionFacts(deps.userIds, { appId: app.id, userId }, place, data))
  const reply = await askApp(deps, {
    clickId,
    purpose: 'dynamic action',
    traceparent,
    app,
    url,
    deadlineMs,
    body,
  })
  if ('failure' in reply) return reply
  const answer = readDynamicAnswer(reply.text)
  const { call } = reply
  if (answer.kind === 'failed') return { call, ...failure(answer.fault, answer.detail) }
  const { action, text } = answer
  return { call, ...(action !== undefined && { action }), ...(text !== undefined && { toast: text }) }
}
