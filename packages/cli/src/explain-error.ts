import { ConfigError } from '@charsu/server/config'
import { DatabaseStartError } from '@charsu/server/db/database-start-error'
import { CommandError, type ExitCode } from './command-error.ts'

export interface Explanation {
  message: string
  hint?: string | undefined
  exitCode: ExitCode
}

/** What to tell the user about anything that a command threw; the stack is shown to whoever asked for it alone. */
export function explainError(error: unknown, debug: boolean): Explanation {
  const stack = debug && error instanceof Error ? `\n${error.stack ?? ''}` : ''
  if (error instanceof CommandError) {
    return { message: error.message + stack, hint: error.hint, exitCode: error.exitCode }
  }
  if (error instanceof DatabaseStartError) {
    return { message: error.message + stack, hint: error.hint, exitCode: 1 }
  }
  if (error instanceof ConfigError) return { message: error.message + stack, exitCode: 1 }
  const message = error instanceof Error ? error.message : String(error)
  return {
    message: `something went wrong that should not: ${message}${stack}`,
    hint: debug ? undefined : 'Set CHARSU_DEBUG=1 and run it again to see where; please report it.',
    exitCode: 1,
  }
}
