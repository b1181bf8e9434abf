import { isLongerThan } from '@charsu/protocol/text-length'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import type { Log } from '../log.ts'
import { type CallRecord, type Effect, outcomeOf } from './click-result.ts'
import { type ClickRow, insertClick } from './store.ts'

export interface RecordClickDeps {
  db: Database
  clock: Clock
  log: Pick<Log, 'error'>
}

/** What was clicked or opened, by whom. */
export type RecordedClick = Pick<
  ClickRow,
  'userId' | 'messageId' | 'noticeId' | 'conversationId' | 'touchpoint' | 'button' | 'action'
>

export interface FinishedClick {
  click: RecordedClick
  clickId: string
  appId: string
  effect: Effect
  calls: readonly CallRecord[]
  /** Monotonic milliseconds. */
  startedAt: number
}

const MAX_DETAIL_LENGTH = 1000

/** Keeps a click with its outcome, for the app's developer (wire contract §3). */
export async function recordClick(deps: RecordClickDeps, finished: FinishedClick): Promise<void> {
  const { click, clickId, appId, effect, calls, startedAt } = finished
  try {
    await insertClick(deps.db, {
      id: clickId,
      appId,
      userId: click.userId,
      messageId: click.messageId,
      noticeId: click.noticeId,
      conversationId: click.conversationId,
      touchpoint: click.touchpoint,
      button: click.button,
      action: click.action,
      outcome: outcomeOf(effect),
      reason: effect.failure?.reason ?? null,
      detail: effect.failure ? cut(effect.failure.detail, MAX_DETAIL_LENGTH) : null,
      calls,
      durationMs: Math.round(deps.clock.monotonic() - startedAt),
    })
  } catch (error) {
    // The app has acted already; the user must see what came of it, or they click again.
    deps.log.error({ err: error, clickId, appId }, 'a click could not be recorded')
  }
}

/** At most `max` code points. */
export function cut(text: string, max: number): string {
  if (!isLongerThan(text, max)) return text
  return `${[...text.slice(0, max * 2)].slice(0, max - 1).join('')}…`
}
