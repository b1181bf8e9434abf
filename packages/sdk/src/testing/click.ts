import type { Action } from '@charsu/protocol/button-action'
import { MAX_ACTION_DEPTH } from '@charsu/protocol/dynamic-action'
import { isLongerThan } from '@charsu/protocol/text-length'
import type { CallAppDeps } from './call-app.ts'
import { askNextAction, type ClickFailure, type ClickStep, failed, openSession } from './click-app.ts'
import type { ClickPlace } from './click-place.ts'
import { sentenceFor } from './click-sentences.ts'
import type { User, World } from './world.ts'

/** What a click, or an app opened at a touchpoint, came to (wire contract §3). */
export interface BedClick {
  /** Milliseconds since 1970. */
  at: number
  /** Who clicked, by the id that the app knows. */
  userId: string
  /** On the button; the touchpoint's name where the app was opened there. */
  caption: string
  /** What the button does, such as `get_dynamic_action`. */
  action: string
  outcome: 'opened' | 'toast' | 'done' | 'failed'
  /** The page that opened. */
  opened?: string
  toast?: string
  /** What the person read when it failed. */
  message?: string
  /** Why it failed, for the app's developer. */
  failure?: { reason: string; detail: string }
}

export interface ClickDeps extends CallAppDeps {
  world: World
  clicks: BedClick[]
}

export interface ButtonToTap {
  user: User
  caption: string
  action: Action
  place: ClickPlace
}

/** For all calls that one click leads to. */
const DEADLINE_MS = 5_000
const MAX_TOAST_LENGTH = 1_000

export interface DoneClick {
  click: BedClick
  failure: ClickFailure | undefined
}

/** Carries a button's action out, and the actions that the app answers with in turn, within one deadline. */
export async function carryOut(
  deps: ClickDeps,
  { user, caption, action: first, place }: ButtonToTap,
): Promise<DoneClick> {
  const { world } = deps
  const at = world.now()
  const clickId = world.ids.uuid()
  let action = first
  let toast: string | undefined
  for (let asked = 0; ; asked++) {
    const step = await carryOutOne(
      deps,
      { user, place, clickId, asked, deadlineMs: at + DEADLINE_MS - world.now() },
      action,
    )
    toast = step.toast ?? toast
    if (step.action) {
      action = step.action
      continue
    }
    return keep(deps, {
      at,
      user,
      caption,
      action: kindOf(first),
      step: { ...step, ...(toast !== undefined && { toast }) },
    })
  }
}

const kindOf = (action: Action): string => Object.keys(action)[0] ?? ''

interface OnTheWay {
  user: User
  place: ClickPlace
  clickId: string
  /** Dynamic actions asked for so far. */
  asked: number
  deadlineMs: number
}

async function carryOutOne(deps: ClickDeps, click: OnTheWay, action: Action): Promise<ClickStep> {
  if ('open_direct_link' in action) return { openUrl: action.open_direct_link }
  if ('open_post_page' in action) return postPage(deps, action.open_post_page.post_token)
  if ('open_post_manage_page' in action)
    return managePage(deps, click.user, action.open_post_manage_page.post_token)
  const { clickId, place, user, asked, deadlineMs } = click
  if (deadlineMs <= 0)
    return failed('TIMED_OUT', `the earlier answers took all ${DEADLINE_MS} ms: answer faster`)
  const data = 'open_server_link' in action ? action.open_server_link.data : action.get_dynamic_action.data
  const question = { clickId, facts: { ...place, userId: user.id, data }, deadlineMs }
  if ('open_server_link' in action) return openSession(deps, question)
  if (asked < MAX_ACTION_DEPTH) return askNextAction(deps, question)
  return failed(
    'TOO_DEEP',
    `more than ${MAX_ACTION_DEPTH} dynamic actions followed one another: answer with the final action`,
  )
}

function postPage({ world, known }: ClickDeps, token: string): ClickStep {
  if (!world.posts.has(token)) {
    return failed('POST_UNKNOWN', `there is no post ${token}: use the token of a post of this marketplace`)
  }
  return { openUrl: `${known.settings.charsuUrl}/posts/${encodeURIComponent(token)}` }
}

function managePage(deps: ClickDeps, user: User, token: string): ClickStep {
  const page = postPage(deps, token)
  if (page.failure) return page
  if (deps.world.posts.get(token)?.ownerId !== user.id) {
    return failed(
      'NOT_POST_OWNER',
      'open_post_manage_page works for the post’s owner: offer it to them alone',
    )
  }
  return { openUrl: `${page.openUrl}/manage` }
}

/** Records what a step came to. */
export function keep(
  deps: ClickDeps,
  done: { at: number; user: User; caption: string; action: string; step: ClickStep },
): DoneClick {
  const { at, user, caption, action, step } = done
  const { openUrl, failure } = step
  const toast = step.toast === undefined ? undefined : cut(step.toast)
  const click: BedClick = {
    at,
    userId: user.id,
    caption,
    action,
    outcome: failure ? 'failed' : openUrl !== undefined ? 'opened' : toast === undefined ? 'done' : 'toast',
    ...(openUrl !== undefined && { opened: openUrl }),
    ...(toast !== undefined && { toast }),
    ...(failure && {
      message: sentenceFor(failure.reason, deps.known.name),
      failure: { reason: failure.reason, detail: failure.detail },
    }),
  }
  deps.clicks.push(click)
  return { click, failure }
}

const cut = (text: string): string =>
  isLongerThan(text, MAX_TOAST_LENGTH) ? `${[...text].slice(0, MAX_TOAST_LENGTH - 1).join('')}…` : text
