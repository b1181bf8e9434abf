import { newId } from '../ids.ts'
import { type CallRecord, type Effect, failure } from './click-result.ts'
import type { ClicksUnderWay } from './clicks-under-way.ts'
import { directLink } from './direct-link.ts'
import { type OpenSessionDeps, openSession } from './open-session.ts'
import { type RecordClickDeps, recordClick } from './record-click.ts'
import { whoIsShutOut } from './shut-out.ts'
import { type StartChatbotDeps, startChatbot } from './start-chatbot.ts'
import { type ClickedApp, loadApp } from './store.ts'
import { developmentFault, findPlace, type OpenPlace } from './touchpoint-place.ts'
import type { TouchpointRequest } from './touchpoint-request.ts'
import { findOfferedApp, type OfferedApp } from './touchpoint-store.ts'

export interface OpenTouchpointDeps extends OpenSessionDeps, RecordClickDeps, StartChatbotDeps {
  opening: ClicksUnderWay<OpenedApp | null>
  site: { publicUrl: string }
  mode: 'development' | 'production'
  clickDeadlineMs: number
}

export interface TouchpointToOpen {
  slug: string
  request: TouchpointRequest
  user: { userId: string; blacklisted: boolean }
  traceparent: string | null
}

export interface OpenedApp {
  displayName: string
  /** `openUrl` is a page of the app's, or a path of our own. */
  effect: Effect
  /** Where the person goes back to; absent where the place is not theirs. */
  returnUrl?: string
}

/**
 * Opens an app at a place of the host's pages (wire contract §11), and records it for the app's developer as a click
 * is. Nothing is locked, and no connection to the database held, while the app is called; opening the same twice at
 * once reaches the app once.
 * @returns null when there is no such app.
 */
export async function openTouchpoint(
  deps: OpenTouchpointDeps,
  opening: TouchpointToOpen,
): Promise<OpenedApp | null> {
  const key = JSON.stringify([opening.user.userId, opening.slug, opening.request])
  return deps.opening.share(key, () => openAndRecord(deps, opening))
}

async function openAndRecord(deps: OpenTouchpointDeps, opening: TouchpointToOpen): Promise<OpenedApp | null> {
  const startedAt = deps.clock.monotonic()
  const { slug, request, user } = opening
  const offered = await findOfferedApp(deps.db, slug, request.touchpoint)
  const app = offered && (await loadApp(deps.db, offered.id))
  if (!offered || !app) return null
  const clickId = newId()
  const { publicUrl } = deps.site
  const at =
    whoIsShutOut(user, app) ?? (await findPlace(deps.db, { request, userId: user.userId, publicUrl }))
  const done: Effect & { call?: CallRecord } =
    'failure' in at ? at : await carryOut(deps, opening, { offered, app, at, clickId })
  const { call, ...effect } = done
  await recordClick(deps, {
    click: {
      userId: user.userId,
      messageId: null,
      noticeId: null,
      conversationId: 'conversationId' in request ? request.conversationId : null,
      touchpoint: request.touchpoint,
      button: request.touchpoint,
      action: offered.operation ?? '',
    },
    clickId,
    appId: app.id,
    effect,
    calls: call ? [call] : [],
    startedAt,
  })
  return {
    displayName: app.displayName,
    effect,
    ...(!('failure' in at) && { returnUrl: at.place.returnUrl }),
  }
}

interface Found {
  offered: OfferedApp
  app: ClickedApp
  at: OpenPlace
  clickId: string
}

async function carryOut(
  deps: OpenTouchpointDeps,
  { request, user: { userId }, traceparent }: TouchpointToOpen,
  { offered, app, at: { place, onDevelopmentPost }, clickId }: Found,
): Promise<Effect & { call?: CallRecord }> {
  const fault = developmentFault(offered, { onDevelopmentPost, userId, mode: deps.mode })
  if (fault) return fault
  switch (offered.operation) {
    case 'LOAD_WEBVIEW_SERVER_LINK': {
      const session = { clickId, app, userId, place, traceparent, data: {}, deadlineMs: deps.clickDeadlineMs }
      return openSession(deps, session)
    }
    case 'START_CHAT_BOT':
      return startChatbot(deps, { app: offered, userId, request, traceparent })
    case 'LOAD_WEBVIEW_DIRECT_LINK':
      if (offered.fallbackUrl === null || place.postToken === undefined) return notOffered(request)
      return {
        openUrl: directLink(offered.fallbackUrl, { postToken: place.postToken, returnUrl: place.returnUrl }),
      }
    default:
      return notOffered(request)
  }
}

const notOffered = ({ touchpoint }: TouchpointRequest) =>
  failure('NOT_OFFERED_HERE', `the app has no operation at ${touchpoint}: set one in the console`)
