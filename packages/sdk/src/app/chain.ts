import { UsageError } from './app-errors.ts'
import type { AnyContext } from './contexts/any-context.ts'

/** Goes on to the next handler that matches, and settles when it is through. */
export type Next = () => Promise<void>

/** Handles a context, or passes it on with `await next()`. */
export type Handler<C> = (ctx: C, next: Next) => unknown

/** A handler with what it is for. */
export interface Entry {
  /** Middleware sees everything, and having run it is no answer. */
  middleware: boolean
  /** The context as the handler gets it, or undefined where it is not for it. */
  match(ctx: AnyContext): AnyContext | undefined
  run(ctx: AnyContext, next: Next): unknown
}

/** Runs the first handler that matches; it may pass on. Tells whether any handler took the context. */
export async function runChain(entries: readonly Entry[], ctx: AnyContext): Promise<boolean> {
  let taken = false
  const from = async (start: number): Promise<void> => {
    for (let i = start; i < entries.length; i++) {
      const entry = entries[i]
      const matched = entry?.match(ctx)
      if (entry === undefined || matched === undefined) continue
      if (!entry.middleware) taken = true
      let passed: Promise<void> | undefined
      let ended = false
      await entry.run(matched, () => {
        if (passed !== undefined) {
          throw new UsageError('next() was called twice by one handler', 'write "await next()" once')
        }
        if (ended) {
          throw new UsageError(
            'next() came after its handler had ended, so the event or click was answered without the handlers behind it',
            'await everything that comes before next(), and make the handler async',
          )
        }
        passed = from(i + 1)
        // Where nobody awaits it, what it throws is thrown below.
        passed.catch(() => {})
        return passed
      })
      ended = true
      await passed
      return
    }
  }
  await from(0)
  return taken
}
