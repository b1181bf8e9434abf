import { nearest } from '@charsu/protocol/nearest'
import { quoted } from '@charsu/protocol/text-length'
import { BedError } from './bed-error.ts'
import type { ShownButton } from './seen.ts'

/** How many buttons a message of ours lists. */
const MOST_LISTED = 12

/**
 * The newest button with this caption; `under` narrows it to messages that hold this text.
 * @throws BedError that lists what the person sees, and the nearest caption.
 */
export function findButton(
  who: string,
  buttons: readonly ShownButton[],
  wanted: { caption: string; under?: string | undefined },
): ShownButton {
  const { caption, under } = wanted
  const there = under === undefined ? buttons : buttons.filter((each) => each.under.includes(under))
  const found = there.find((each) => each.caption === caption)
  if (found) return found
  const place = under === undefined ? '' : ` under ${quoted(under)}`
  const like = nearest(
    caption,
    there.map((each) => each.caption),
  )
  const hint = like === undefined ? '' : ` Did you mean ${quoted(like)}?`
  throw new BedError(`${who} sees no button ${quoted(caption)}${place}.${hint} ${listed(who, buttons)}`)
}

function listed(who: string, buttons: readonly ShownButton[]): string {
  if (buttons.length === 0) return `${who} sees no buttons at all.`
  const groups = new Map<string, string[]>()
  for (const { under, caption } of buttons.slice(0, MOST_LISTED)) {
    groups.set(under, [...(groups.get(under) ?? []), quoted(caption)])
  }
  const lines = [...groups].map(([under, captions]) => `  ${captions.join(', ')} under ${quoted(under)}`)
  const rest = buttons.length > MOST_LISTED ? `\n  and ${buttons.length - MOST_LISTED} older ones` : ''
  return `${who} sees these buttons:\n${lines.join('\n')}${rest}`
}
