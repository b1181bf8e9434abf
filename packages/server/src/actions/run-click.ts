import type { Action } from '@charsu/protocol/button-action'
import { ApiError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Log } from '../log.ts'
import { type CarryOutDeps, carryOut } from './carry-out.ts'
import type { ClickPlace } from './click-place.ts'
import { type ClickResult, type Effect, MAX_TOAST_LENGTH, outcomeOf } from './click-result.ts'
import { type Language, languageOf, sentenceFor } from './click-sentences.ts'
import type { ClicksUnderWay } from './clicks-under-way.ts'
import { cut, type RecordedClick, recordClick } from './record-click.ts'
import { whoIsShutOut } from './shut-out.ts'
import { loadApp, loadClicker } from './store.ts'

export interface ClickDeps extends CarryOutDeps {
  underWay: ClicksUnderWay<ClickResult>
  site: { publicUrl: string }
  log: Pick<Log, 'error'>
}

export interface ButtonClick {
  userId: string
  /** Of the sentence on failure; by default the user's locale decides. */
  language?: Language | undefined
  appId: string
  messageId: string | null
  noticeId: string | null
  conversationId: string | null
  /** Which button, such as `sender_buttons.rows[0].buttons[1]` or `primary`. */
  button: string
  action: Action
  place: ClickPlace
  /** W3C trace context of the click's request, if it has one. */
  traceparent?: string | null | undefined
}

/** Deadline of wire contract §3, for all calls that one click leads to. */
export const CLICK_DEADLINE_MS = 5_000

/** One and the same for whatever is not there for this user, so that nothing is learnt from the difference. */
export const noSuchButton = (): ApiError =>
  new ApiError(
    'NOT_FOUND',
    'there is no such button for you here: load the conversation or the inbox again',
    {
      reason: 'BUTTON_UNKNOWN',
    },
  )

/**
 * Carries a shown button's action out, records the click, and says what the page has to do (wire contract §3). The
 * clicker need not have granted the app anything: the other side did, and clicking is consent to this one call.
 * @throws 404 when the user is gone.
 */
export async function runClick(deps: ClickDeps, click: ButtonClick): Promise<ClickResult> {
  const { userId, messageId, noticeId, button, language } = click
  const key = JSON.stringify([userId, messageId, noticeId, button, language])
  return deps.underWay.share(key, () => carryOutAndRecord(deps, click))
}

async function carryOutAndRecord(deps: ClickDeps, click: ButtonClick): Promise<ClickResult> {
  const startedAt = deps.clock.monotonic()
  const [app, clicker] = await Promise.all([
    loadApp(deps.db, click.appId),
    loadClicker(deps.db, click.userId),
  ])
  if (!clicker) throw noSuchButton()
  const clickId = newId()
  const shutOut = whoIsShutOut(clicker, app)
  const { effect, calls } = shutOut
    ? { effect: shutOut, calls: [] }
    : await carryOut(deps, { ...click, clickId, app })
  // Without its app a click has no developer who could read of it.
  if (app)
    await recordClick(deps, { click: recorded(click), clickId, appId: app.id, effect, calls, startedAt })
  return resultOf(effect, click.language ?? languageOf(clicker.locale), app?.displayName ?? '')
}

const recorded = ({ action, ...click }: ButtonClick): RecordedClick => ({
  ...click,
  touchpoint: null,
  action: Object.keys(action)[0] ?? '',
})

function resultOf(effect: Effect, language: Language, appName: string): ClickResult {
  const { openUrl, toast, failure: failed } = effect
  return {
    outcome: outcomeOf(effect),
    ...(openUrl !== undefined && { open_url: openUrl }),
    ...(toast !== undefined && { toast: cut(toast, MAX_TOAST_LENGTH) }),
    ...(failed && { message: sentenceFor(failed.reason, language, appName) }),
  }
}
