/** What a command that cannot go on ends with: 1 when it failed, 2 when it was used in a wrong way. */
export type ExitCode = 1 | 2

/**
 * Ends a command. The message says what was wrong and what was expected, the hint what to do about it; both are shown,
 * nothing else of it is.
 */
export class CommandError extends Error {
  readonly hint: string | undefined
  readonly exitCode: ExitCode

  constructor(message: string, options: { hint?: string; exitCode?: ExitCode; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'CommandError'
    this.hint = options.hint
    this.exitCode = options.exitCode ?? 1
  }
}

/** The command cannot be meant as it was written; exit code 2. */
export const wrongUse = (message: string, hint?: string): CommandError =>
  new CommandError(message, { exitCode: 2, ...(hint !== undefined && { hint }) })
