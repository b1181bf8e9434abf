import { readDynamicAnswer } from '@charsu/protocol/dynamic-action'
import { readSessionAnswer } from '@charsu/protocol/session-initialization'
import { troubleOf } from '../call-failure.ts'
import type { TriggerAnswer } from '../development-shapes.ts'
import type { Trigger } from './trigger.ts'

/** What a triggered call came to. */
export interface Outcome {
  /** What the user of a button would see; undefined for events. */
  sees?: string
  /** Why it did not do what it was for, and what to do. */
  trouble?: { cause: string; fix: string }
}

const FAILED = 'a message that the app cannot be used just now'

/** Reads an app's answer as the platform would. */
export function outcomeOf({ call }: Pick<Trigger, 'call'>, answered: TriggerAnswer): Outcome {
  const trouble = troubleOf({ status: answered.status, failure: answered.failure ?? null })
  if (call === 'event') return trouble ? { trouble } : {}
  if (trouble) return { sees: FAILED, trouble }
  const body = answered.answer ?? ''
  return call === 'session' ? ofSession(body) : ofAction(body)
}

const LOOK = 'docs/wire-contract.md, "A click", says what an app may answer.'

function ofSession(body: string): Outcome {
  const read = readSessionAnswer(body)
  if (read.kind === 'failed') return { sees: FAILED, trouble: { cause: read.detail, fix: LOOK } }
  return { sees: read.kind === 'open' ? `the page ${read.url}` : `the toast ${JSON.stringify(read.text)}` }
}

function ofAction(body: string): Outcome {
  const read = readDynamicAnswer(body)
  if (read.kind === 'failed') return { sees: FAILED, trouble: { cause: read.detail, fix: LOOK } }
  const seen = [
    ...(read.text === undefined ? [] : [`the toast ${JSON.stringify(read.text)}`]),
    ...(read.action === undefined ? [] : [`what this does: ${JSON.stringify(read.action)}`]),
  ]
  return { sees: seen.join(', and then ') || 'nothing: the click is done' }
}
