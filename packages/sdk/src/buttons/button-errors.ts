import type { FieldViolation } from '@charsu/protocol/errors'
import { CharsuError } from '../client/errors.ts'

/** A button that Charsu would refuse, found where it is made. */
export class ButtonError extends CharsuError {
  constructor(message: string) {
    super(message)
    this.name = 'ButtonError'
  }
}

/** A grid that Charsu would refuse, found where it is made. */
export class GridError extends CharsuError {
  /** Where: `row 2, button 3`, `row 2`, or `the grid`. */
  readonly place: string

  constructor(place: string, fault: string) {
    super(`${place}: ${fault}`)
    this.name = 'GridError'
    this.place = place
  }
}

/** A payload that breaks the schema of its action or server link. */
export class PayloadError extends CharsuError {
  /** The action or server link, by its name. */
  readonly target: string
  /** Every wrong field; the field is empty where the payload as such is wrong. */
  readonly violations: readonly FieldViolation[]

  constructor(when: 'drawn' | 'clicked', target: string, violations: readonly FieldViolation[]) {
    const faults = violations.map(({ field, description }) => `${field || 'it'} ${description}`).join('; ')
    super(
      when === 'drawn'
        ? `the payload of a button of "${target}" does not fit its schema: ${faults}`
        : `a click on "${target}" came with a payload that does not fit its schema: ${faults}. Buttons drawn before the schema changed stay in chats: let the schema accept what they carry, or give the new one another name`,
    )
    this.name = 'PayloadError'
    this.target = target
    this.violations = violations
  }
}
