import type { OAuthErrorName } from '@charsu/protocol/oauth'
import type { ApiError, HelpUrl } from '../errors.ts'
import { HttpAnswer } from '../http/route.ts'

/** What went wrong, in OAuth's own terms (RFC 6749 §4.1.2.1 and §5.2). */
export interface OAuthFault {
  error: OAuthErrorName
  /** What was wrong, what was expected, what to do. */
  description: string
  /** HTTP status where it is not sent by redirect; 400 by default. */
  status?: number
}

const MAX_DESCRIPTION = 600

/** The characters that RFC 6749 allows in error_description: visible ASCII and space, without `"` and `\`. */
export function plainDescription(text: string): string {
  const plain = text
    .replaceAll('"', "'")
    .replaceAll('\\', '/')
    .replaceAll('’', "'")
    .replace(/[^\x20-\x7e]/gu, '?')
  return plain.length > MAX_DESCRIPTION ? `${plain.slice(0, MAX_DESCRIPTION)}...` : plain
}

const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' }

/** An answer of the token endpoint; never kept by any cache (RFC 6749 §5.1). */
export const oauthAnswer = (
  status: number,
  body: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer =>
  new HttpAnswer(
    status,
    { 'content-type': 'application/json; charset=utf-8', ...NO_STORE, ...headers },
    JSON.stringify(body),
  )

/** The parameters that say an error, in an answer and in a redirect alike (RFC 6749 §4.1.2.1 and §5.2). */
export const faultParameters = (
  { error, description }: OAuthFault,
  helpUrl: HelpUrl,
  reason: string = error,
): { error: OAuthErrorName; error_description: string; error_uri: string } => ({
  error,
  error_description: plainDescription(description),
  error_uri: helpUrl(reason),
})

/** The token endpoint's own form of errors (wire contract §0). `reason` is what its page tells of. */
export function oauthError(fault: OAuthFault, helpUrl: HelpUrl, reason?: string): HttpAnswer {
  const { status = 400 } = fault
  const headers: Record<string, string> = status === 401 ? { 'www-authenticate': 'Basic realm="charsu"' } : {}
  return oauthAnswer(status, faultParameters(fault, helpUrl, reason), headers)
}

/** Errors found before the endpoint itself ran, such as an unreadable body, or thrown by the database. */
export const oauthErrorOf =
  (helpUrl: HelpUrl) =>
  (error: ApiError): HttpAnswer =>
    oauthError(
      { error: nameOf(error), description: error.message, status: error.http },
      helpUrl,
      error.reason,
    )

function nameOf(error: ApiError): OAuthErrorName {
  if (error.codeName === 'UNAVAILABLE') return 'temporarily_unavailable'
  return error.http >= 500 ? 'server_error' : 'invalid_request'
}
