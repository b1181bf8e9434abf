/**
 * The database cannot be started, reached or used. The message names what is wrong, `hint` what to do about it;
 * neither ever holds a password.
 */
export class DatabaseStartError extends Error {
  readonly hint: string

  constructor(message: string, hint: string, options: { cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'DatabaseStartError'
    this.hint = hint
  }
}

/** The code of a system error (`EACCES`) or of PostgreSQL (`57P03`), if the thrown value has one. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

const FOLDER_PROBLEMS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'it is a file',
}

/** Makes a failed file operation in the data folder a clear error; anything else is passed through unchanged. */
export function folderError(dataDir: string, error: unknown): unknown {
  const problem = FOLDER_PROBLEMS[errorCode(error) ?? '']
  if (problem === undefined) return error
  return new DatabaseStartError(
    `the database folder ${dataDir} cannot be used: ${problem}`,
    'Make the folder writable for the user that runs Charsu, choose another one, or set DATABASE_URL to a PostgreSQL 15 or newer.',
    { cause: error },
  )
}
