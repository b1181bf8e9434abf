import { parser } from '@charsu/protocol/parse'
import { wrongUse } from '../command-error.ts'
import { setField } from './set-field.ts'
import type { Trigger } from './trigger.ts'

/**
 * The body to send: `base` with its fields set in turn.
 * @throws CommandError when the platform would never send such a body, with every field that is wrong.
 */
export function buildBody(trigger: Trigger, base: object, assignments: readonly string[]): object {
  const body = assignments.reduce((made, assignment) => setField(trigger.schema, made, assignment), base)
  const result = parser(trigger.schema).parse(body)
  if (result.ok) return body
  const lines = result.violations.map(({ field, description }) => `  - ${field || 'the body'} ${description}`)
  throw wrongUse(
    `this is no body that Charsu would send as ${trigger.name}:\n${lines.join('\n')}`,
    'Correct it, or say --as-is to send it nevertheless.',
  )
}
