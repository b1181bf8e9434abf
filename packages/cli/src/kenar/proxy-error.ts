import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { CODES, type CodeName, type ErrorBody } from '@charsu/protocol/errors'

/** A refusal of the proxy or the front door, in the shape of all errors of Charsu (wire contract §0). */
export interface ProxyError {
  codeName: CodeName
  /** Where it departs from the code's own. */
  http?: number
  /** UPPER_SNAKE_CASE. */
  reason: string
  /** What was wrong, what was expected, what to do. */
  message: string
}

const bodyOf = ({ codeName, reason, message }: ProxyError): string => {
  const body: ErrorBody = {
    code: CODES[codeName].code,
    message,
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'charsu' }],
  }
  return JSON.stringify(body)
}

const statusOf = ({ http, codeName }: ProxyError): number => http ?? CODES[codeName].http

/** Answers with it; where an answer has begun, its connection is broken off, which is all that is left to say. */
export function answerError(response: ServerResponse, error: ProxyError): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const body = bodyOf(error)
  response.writeHead(statusOf(error), {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  })
  response.end(body)
}

/** Answers a CONNECT with it, and ends the connection. */
export function refuseTunnel(socket: Duplex, error: ProxyError): void {
  const body = bodyOf(error)
  if (!socket.writable) return
  const head = [
    `HTTP/1.1 ${statusOf(error)} Refused`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
