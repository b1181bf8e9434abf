import { quoted } from '@charsu/protocol/text-length'
import { PayloadError } from '../buttons/button-errors.ts'
import { type ClickKind, type ClickTarget, targetNameOf } from '../buttons/click-target.ts'
import { CallRefusedError, UsageError } from './app-errors.ts'

/** What a handler gets of a click's data: by a name alone all of it, by what drew the button its payload. */
export type ReadTarget = (data: Record<string, unknown>) => { data: unknown } | undefined

/**
 * Finds the clicks of one target.
 * @throws UsageError for what is no target of this kind.
 */
export function targetReader(kind: ClickKind, target: string | ClickTarget): ReadTarget {
  if (typeof target === 'string') return (data) => (targetNameOf(data) === target ? { data } : undefined)
  if (typeof target?.read !== 'function' || target.kind !== kind) {
    const [given, method] =
      target?.kind === 'session' ? [quoted(target.name), 'session'] : [quoted(String(target?.name)), 'action']
    throw new UsageError(
      `app.${kind}() takes what ${kind === 'action' ? 'action()' : 'serverLink()'} made, but got ${given}`,
      target?.kind === undefined
        ? `write app.${kind}('name', …) for buttons drawn elsewhere`
        : `write app.${method}(…)`,
    )
  }
  return (data) => {
    if (targetNameOf(data) !== target.name) return undefined
    try {
      return { data: target.read(data) }
    } catch (error) {
      // The sender's data is at fault, and not the handler, which has not begun.
      if (error instanceof PayloadError) throw new CallRefusedError(400, error.message)
      throw error
    }
  }
}
