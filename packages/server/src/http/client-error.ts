import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { ApiError, type HelpUrl } from '../errors.ts'

/** Most bytes of a request's headers, its first line included. */
export const HEADER_LIMIT_BYTES = 32 * 1024

const KNOWN: Readonly<Record<string, () => ApiError>> = {
  HPE_HEADER_OVERFLOW: () =>
    new ApiError(
      'INVALID_ARGUMENT',
      `the headers are too large: at most ${HEADER_LIMIT_BYTES} bytes are accepted`,
      { http: 431, reason: 'HEADERS_TOO_LARGE' },
    ),
  ERR_HTTP_REQUEST_TIMEOUT: () =>
    new ApiError('INVALID_ARGUMENT', 'the request did not arrive in time: send it again, all of it', {
      http: 408,
      reason: 'REQUEST_TIMEOUT',
    }),
}

const notHttp = (): ApiError =>
  new ApiError(
    'INVALID_ARGUMENT',
    'this is no valid HTTP request: check its first line, its headers and its length',
    { reason: 'NOT_HTTP' },
  )

/**
 * Answers bytes that never became a request, in the shape of every error (wire contract §0). There is no reply
 * object to write to, so it writes the whole answer itself and closes.
 */
export const clientErrorAnswerer =
  (helpUrl: HelpUrl) =>
  (error: Error & { code?: string }, socket: Socket): void =>
    answerClientError(helpUrl, error, socket)

function answerClientError(helpUrl: HelpUrl, error: Error & { code?: string }, socket: Socket): void {
  // After a reset nobody is there to read it.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error)
    return
  }
  const refusal = (KNOWN[error.code ?? ''] ?? notHttp)()
  const body = Buffer.from(JSON.stringify(refusal.body(helpUrl)))
  const head = [
    `HTTP/1.1 ${refusal.http} ${STATUS_CODES[refusal.http]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${body.length}`,
    `x-request-id: ${randomUUID()}`,
    'connection: close',
  ]
  socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]))
  socket.destroySoon()
}
