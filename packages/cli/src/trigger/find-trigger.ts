import { nearest } from '@charsu/protocol/nearest'
import { type CommandError, wrongUse } from '../command-error.ts'
import { CALL_TRIGGERS } from './sample-calls.ts'
import { EVENT_TRIGGERS } from './sample-events.ts'
import { MESSAGE_TRIGGERS } from './sample-messages.ts'
import type { Trigger } from './trigger.ts'

export const TRIGGERS: readonly Trigger[] = [...MESSAGE_TRIGGERS, ...EVENT_TRIGGERS, ...CALL_TRIGGERS]

/** `new-message` is `new-message:text`, the first of its kind. */
const kindOf = (name: string): string => name.split(':', 1)[0]!

/** A trigger by its name, written in any case, with - or _ or as the wire has it (NEW_MESSAGE). Throws CommandError. */
export function findTrigger(given: string): Trigger {
  const name = given.trim().toLowerCase().replaceAll('_', '-')
  const found =
    TRIGGERS.find((trigger) => trigger.name === name) ?? TRIGGERS.find((one) => kindOf(one.name) === name)
  if (found) return found
  throw unknown(given, name)
}

function unknown(given: string, name: string): CommandError {
  const kind = kindOf(name)
  const variants = TRIGGERS.filter((trigger) => kindOf(trigger.name) === kind).map((trigger) => trigger.name)
  if (variants.length > 1) {
    const meant = nearest(name, variants)
    const hint = meant ? `Did you mean ${meant}? ` : ''
    return wrongUse(`there is no event ${JSON.stringify(given)}`, `${hint}There are ${variants.join(', ')}.`)
  }
  const names = [...new Set(TRIGGERS.flatMap((trigger) => [kindOf(trigger.name), trigger.name]))]
  const meant = nearest(name, names)
  const hint = meant ? `Did you mean ${meant}? ` : ''
  return wrongUse(
    `there is no event ${JSON.stringify(given)}`,
    `${hint}"charsu trigger --list" shows all of them.`,
  )
}
