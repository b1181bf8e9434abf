const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // too_many_connections
  '53300',
])
/** What the driver says without any code. */
const AWAY_IN_WORDS =
  /^(connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error)/i

/** deadlock_detected, serialization_failure */
const LOST_A_RACE = new Set(['40P01', '40001'])
const LOCK_NOT_AVAILABLE = '55P03'
const QUERY_CANCELED = '57014'

interface Failure {
  code?: unknown
  message?: unknown
  syscall?: unknown
}

/** The database could not be reached, or the connection was cut: whether the statement took effect is not known. */
export function isDatabaseAway(error: unknown): boolean {
  const { code, message, syscall } = (error ?? {}) as Failure
  if (typeof code !== 'string') return typeof message === 'string' && AWAY_IN_WORDS.test(message)
  // A server that restarts has no socket in the file system for a moment.
  if (code === 'ENOENT') return syscall === 'connect'
  return AWAY.has(code) || /^(08|57P)/.test(code)
}

/** The statement stood in another's way and was undone: the same may go through when said again. */
export const lostRace = (error: unknown): boolean => LOST_A_RACE.has(String((error as Failure | null)?.code))

/** A row it needs has been locked by somebody else for longer than it may wait. */
export const waitedForLock = (error: unknown): boolean =>
  (error as Failure | null)?.code === LOCK_NOT_AVAILABLE

/** It ran into the time limit of a statement. */
export const tookTooLong = (error: unknown): boolean => (error as Failure | null)?.code === QUERY_CANCELED
