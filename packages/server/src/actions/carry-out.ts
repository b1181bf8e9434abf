import type { Action } from '@charsu/protocol/button-action'
import { MAX_ACTION_DEPTH } from '@charsu/protocol/dynamic-action'
import type { Database } from '../db/database.ts'
import { askNextAction, type NextAction } from './ask-next-action.ts'
import type { ClickPlace } from './click-place.ts'
import { type CallRecord, type Effect, failure } from './click-result.ts'
import { type HostPage, openHostPage } from './open-host-page.ts'
import { type OpenSessionDeps, openSession } from './open-session.ts'
import type { ClickedApp } from './store.ts'

export interface CarryOutDeps extends OpenSessionDeps {
  db: Database
  /** How long the clicking user waits at most for all calls together. */
  clickDeadlineMs: number
}

export interface ClickToCarryOut {
  clickId: string
  /** Null when the app is gone. */
  app: ClickedApp | null
  userId: string
  place: ClickPlace
  action: Action
  traceparent?: string | null | undefined
}

/**
 * Carries a button's action out, and the actions that the app answers with in turn (wire contract §3). All calls
 * share one deadline, so a chain of them makes nobody wait longer. Nothing is locked meanwhile.
 */
export async function carryOut(
  deps: CarryOutDeps,
  click: ClickToCarryOut,
): Promise<{ effect: Effect; calls: CallRecord[] }> {
  const endsAt = deps.clock.monotonic() + deps.clickDeadlineMs
  const calls: CallRecord[] = []
  let toast: string | undefined
  let action = click.action
  for (let asked = 0; ; asked++) {
    const remainingMs = Math.ceil(endsAt - deps.clock.monotonic())
    const { call, action: next, ...effect } = await step(deps, click, action, { asked, remainingMs })
    if (call) calls.push(call)
    // What the app said last is what matters to the user.
    toast = effect.toast ?? toast
    if (next === undefined) return { effect: { ...effect, ...(toast !== undefined && { toast }) }, calls }
    action = next
  }
}

interface Budget {
  /** Dynamic actions asked for so far. */
  asked: number
  remainingMs: number
}

async function step(
  deps: CarryOutDeps,
  click: ClickToCarryOut,
  action: Action,
  budget: Budget,
): Promise<NextAction> {
  if ('open_direct_link' in action) return { openUrl: action.open_direct_link }
  if ('open_post_page' in action) return hostPage(deps, click, 'post_url', action.open_post_page)
  if ('open_post_manage_page' in action) {
    return hostPage(deps, click, 'post_manage_url', action.open_post_manage_page)
  }
  const { app, clickId, userId, place, traceparent } = click
  if (!app) return failure('APP_GONE', 'the app is no longer there')
  if (budget.remainingMs <= 0) {
    return failure('TIMED_OUT', `the earlier answers took all ${deps.clickDeadlineMs} ms: answer faster`)
  }
  const session = { clickId, app, userId, place, traceparent, deadlineMs: budget.remainingMs }
  if ('open_server_link' in action) {
    return openSession(deps, { ...session, data: action.open_server_link.data })
  }
  if (budget.asked === MAX_ACTION_DEPTH) {
    const detail = `more than ${MAX_ACTION_DEPTH} dynamic actions followed one another: answer with the final action`
    return failure('TOO_DEEP', detail)
  }
  return askNextAction(deps, { ...session, data: action.get_dynamic_action.data })
}

const hostPage = (
  { db }: CarryOutDeps,
  { userId }: ClickToCarryOut,
  page: HostPage['page'],
  { post_token }: { post_token: string },
): Promise<NextAction> => openHostPage(db, { page, postToken: post_token, userId })
