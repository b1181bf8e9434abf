import type { JsonObject } from '@charsu/protocol/json-object'
import {
  readSessionAnswer,
  SESSION_V2_HEADERS,
  sessionRequestV1,
  sessionRequestV2,
} from '@charsu/protocol/session-initialization'
import type { AppUserIds } from '../access/app-user-ids.ts'
import { type AskAppDeps, askApp } from './ask-app.ts'
import { type ClickPlace, sessionFacts } from './click-place.ts'
import { type CallRecord, type Effect, failure } from './click-result.ts'
import type { ClickedApp } from './store.ts'

export interface OpenSessionDeps extends AskAppDeps {
  userIds: Pick<AppUserIds, 'toPublic'>
}

export interface SessionToOpen {
  clickId: string
  app: ClickedApp
  userId: string
  place: ClickPlace
  data: JsonObject
  deadlineMs: number
  /** W3C trace context of the click's request, if it has one. */
  traceparent?: string | null | undefined
}

/**
 * Session initialization (wire contract §3): asks the app for the page to open, in the version that the app has
 * chosen.
 */
export async function openSession(
  deps: OpenSessionDeps,
  session: SessionToOpen,
): Promise<Effect & { call?: CallRecord }> {
  const { app, clickId, userId, place, data, deadlineMs, traceparent } = session
  const url = app.sessionInitializationUrl
  if (!url) {
    return failure('NO_URL_SET', 'the app has no session initialization URL: set it in the console')
  }
  const facts = sessionFacts(deps.userIds, { appId: app.id, userId }, place, data)
  const request =
    app.sessionInitializationVersion === 1
      ? { body: sessionRequestV1(facts) }
      : { body: sessionRequestV2(facts), headers: SESSION_V2_HEADERS }
  const reply = await askApp(deps, {
    clickId,
    purpose: 'session initialization',
    traceparent,
    app,
    url,
    deadlineMs,
    ...request,
  })
  if ('failure' in reply) return reply
  const answer = readSessionAnswer(reply.text)
  const { call } = reply
  if (answer.kind === 'failed') return { call, ...failure(answer.fault, answer.detail) }
  return answer.kind === 'open' ? { call, openUrl: answer.url } : { call, toast: answer.text }
}
