import { CharsuError } from '../client/errors.ts'
import { shownText } from '../client/shown-text.ts'
import type { AnyContext } from './contexts/any-context.ts'

/**
 * An app cannot start with these settings.
 *
 * @example
 * ```ts
 * import { App, appSettings, SettingsError } from '@charsu/sdk'
 *
 * try {
 *   new App(appSettings({}))
 * } catch (error) {
 *   if (error instanceof SettingsError) console.error(error.message)
 * }
 * ```
 */
export class SettingsError extends CharsuError {
  constructor(message: string, hint: string) {
    super(`${message}: ${hint}`, { hint })
    this.name = 'SettingsError'
  }
}

/** A handler answered, or wrote its filter, in a way that cannot work; the message says what to write instead. */
export class UsageError extends CharsuError {
  constructor(message: string, hint: string) {
    super(`${message}; ${hint}`, { hint })
    this.name = 'UsageError'
  }
}

/**
 * Nobody allowed what was to be done.
 *
 * @example
 * ```ts
 * import { App, appSettings, MissingGrantError } from '@charsu/sdk'
 *
 * const app = new App(appSettings(process.env))
 * app.on('message', async (ctx) => {
 *   try {
 *     await ctx.say('Good evening')
 *   } catch (error) {
 *     if (!(error instanceof MissingGrantError)) throw error
 *     console.log('ask the seller for', error.scopes[0])
 *   }
 * })
 * ```
 */
export class MissingGrantError extends CharsuError {
  /** Any one of these would allow it; ask for the first where you can. */
  readonly scopes: readonly string[]

  constructor(message: string, scopes: readonly string[], hint: string) {
    super(`${message}: ${hint}`, { hint })
    this.name = 'MissingGrantError'
    this.scopes = scopes
  }
}

/** What was under way when a handler threw. */
export interface Failure {
  /** `message`, `action`, …; `consent` while a consent was taken. */
  kind: AnyContext['kind'] | 'consent'
  /** Names the event or click: the `webhook-id`, where one came. */
  id: string
  /** Undefined where none was made yet. */
  ctx: AnyContext | undefined
}

/**
 * Your own handler threw: `cause` is what it threw. An event is delivered again; the person who clicked sees that it
 * did not work.
 *
 * @example
 * ```ts
 * import { App, appSettings } from '@charsu/sdk'
 *
 * const app = new App(appSettings(process.env))
 * app.catch((error) => console.error(error.kind, error.id, error.cause))
 * ```
 */
export class HandlerError extends CharsuError {
  readonly kind: Failure['kind']
  readonly id: string
  declare readonly ctx: AnyContext | undefined
  override readonly cause: unknown

  constructor(failure: Failure, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(`a handler of ${failure.kind} threw (${shownText(failure.id, [], 100)}): ${shownText(why)}`, {
      cause,
    })
    this.name = 'HandlerError'
    this.kind = failure.kind
    this.id = failure.id
    // A log of the error should not be a log of everything that the context knows.
    Object.defineProperty(this, 'ctx', { value: failure.ctx, enumerable: false })
    this.cause = cause
  }
}

/** A call came that this app cannot take: the sender or the developer has to change something. */
export class CallRefusedError extends CharsuError {
  /** The HTTP status it was answered with. */
  readonly status: number

  constructor(status: number, message: string, hint?: string) {
    // It may quote what strangers sent, and ends in a log.
    super(shownText(hint === undefined ? message : `${message}: ${hint}`, [], 2000), { hint })
    this.name = 'CallRefusedError'
    this.status = status
  }
}
