import type { Action } from '@charsu/protocol/button-action'
import { quoted } from '@charsu/protocol/text-length'
import { urlFault } from '@charsu/protocol/web-link'
import { UsageError } from '../app-errors.ts'

/** What a click is answered with; all contexts of one click write into the same. */
export interface ClickAnswer {
  toast?: string
  url?: string
  action?: Action
  /** It was sent: nothing can be added any more. */
  sent: boolean
}

/** @throws UsageError for a toast that would not be seen. */
export function setToast(answer: ClickAnswer, text: string): void {
  checkOpen(answer, 'toast')
  if (typeof text !== 'string' || text.trim() === '') {
    throw new UsageError('a toast needs a text', 'write ctx.toast("Saved"), or leave it out')
  }
  if (answer.toast !== undefined) {
    throw new UsageError(
      `a click is answered with one toast, and ${quoted(answer.toast)} was given already`,
      'put both into one text',
    )
  }
  answer.toast = text
}

/** @throws UsageError for what no browser would open. */
export function checkUrl(url: string): void {
  const fault =
    typeof url === 'string' ? urlFault(url) : 'must be a string with an absolute http or https link'
  if (fault !== undefined) {
    throw new UsageError(
      `ctx.open(${quoted(String(url))}): it ${fault}`,
      'give the whole address, with https://',
    )
  }
}

/** @throws UsageError when the answer is on its way already. */
export function checkOpen(answer: ClickAnswer, verb: string): void {
  if (!answer.sent) return
  throw new UsageError(
    `ctx.${verb} came after the click was answered`,
    'await everything that the handler does, or send a message instead of what comes later',
  )
}
