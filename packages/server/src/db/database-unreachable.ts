import { DatabaseStartError, errorCode } from './database-start-error.ts'

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up now',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ECONNRESET: 'it cut the connection',
  ENOENT: 'there is no such socket',
  '28P01': 'it refuses the password',
  '28000': 'it refuses the user',
  '3D000': 'it has no such database',
  '53300': 'it has no connection to spare (max_connections)',
  '57P03': 'it is starting or shutting down',
}

/** `host:port` of a connection URL, for messages; never its user or password. */
function addressOf(url: string): string {
  if (!URL.canParse(url)) return 'the configured address'
  const { hostname, port, searchParams } = new URL(url)
  const host = hostname || searchParams.get('host') || 'localhost'
  return `${host}:${port || searchParams.get('port') || 5432}`
}

/** The clear error for a connection that failed. */
export function unreachable(url: string, error: unknown): DatabaseStartError {
  const reason = REASONS[errorCode(error) ?? ''] ?? 'it does not answer as PostgreSQL does'
  return new DatabaseStartError(
    `the database at ${addressOf(url)} cannot be used: ${reason}`,
    'Check DATABASE_URL and that the server runs; without DATABASE_URL Charsu starts its own PostgreSQL.',
    { cause: error },
  )
}
