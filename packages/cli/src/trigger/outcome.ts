import { readDynamicAnswer } from '@charsu/protocol/dynamic-action'
import { readSessionAnswer } from '@charsu/protocol/session-initialization'
import type { TriggerAnswer } from '../development-shapes.ts'
import type { Trigger } from './trigger.ts'

/** What a triggered call came to. */
export interface Outcome {
  /** What the user of a button would see; undefined for events. */
  sees?: string
  /** Why it did not do what it was for, with what to do about it. */
  trouble?: string
}

const FAILED = 'a message that the app cannot be used just now'

/** Reads an app's answer as the platform would. */
export function outcomeOf({ call }: Pick<Trigger, 'call'>, { answer, failure }: TriggerAnswer): Outcome {
  if (call === 'event') return failure ? { trouble: failure.reason } : {}
  if (failure) return { sees: FAILED, trouble: failure.reason }
  return call === 'session' ? ofSession(answer ?? '') : ofAction(answer ?? '')
}

function ofSession(body: string): Outcome {
  const read = readSessionAnswer(body)
  if (read.kind === 'failed') return { sees: FAILED, trouble: read.detail }
  return { sees: read.kind === 'open' ? `the page ${read.url}` : `the toast ${JSON.stringify(read.text)}` }
}

function ofAction(body: string): Outcome {
  const read = readDynamicAnswer(body)
  if (read.kind === 'failed') return { sees: FAILED, trouble: read.detail }
  const seen = [
    ...(read.text === undefined ? [] : [`the toast ${JSON.stringify(read.text)}`]),
    ...(read.action === undefined ? [] : [`what this does: ${JSON.stringify(read.action)}`]),
  ]
  return { sees: seen.join(', and then ') || 'nothing: the click is done' }
}
