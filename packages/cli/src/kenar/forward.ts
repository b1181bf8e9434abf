import { type Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline, type Transform } from 'node:stream'
import { type HeaderList, headerOf, passedOn } from './header-list.ts'

export interface Forwarding {
  /** Where the request goes to; plain HTTP. */
  hostname: string
  port: number
  /** Path with query. */
  path: string
  agent: Agent
  /** The headers that go out, from those to pass on. */
  requestHeaders(passed: string[]): string[]
  /** What changes the request's body on its way; absent: as it is. */
  requestBody?: Transform | undefined
  /** The headers that come back, from those to pass on. */
  answerHeaders?: (passed: string[]) => string[]
  /** What changes the answer's body on its way; absent: as it is. */
  answerBody?: (answer: IncomingMessage) => Transform | undefined
  /** Nobody answered, or not to the end. */
  onFailure(error: NodeJS.ErrnoException): void
}

const METHODS_WITHOUT_BODY = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'])

/** Passes a request on and its answer back, both as they come in, and ends each side when the other goes away. */
export function forward(request: IncomingMessage, response: ServerResponse, to: Forwarding): void {
  const outgoing = httpRequest({
    host: to.hostname,
    port: to.port,
    path: to.path,
    method: request.method ?? 'GET',
    agent: to.agent,
    headers: outgoingHeaders(request, to),
  })
  let isAnswered = false
  outgoing.on('response', (answer) => {
    isAnswered = true
    const change = to.answerBody?.(answer)
    const without = ['transfer-encoding', ...(change ? ['content-length'] : [])]
    const passed = passedOn(answer.rawHeaders, without)
    response.sendDate = false
    response.writeHead(
      answer.statusCode ?? 502,
      answer.statusMessage ?? '',
      to.answerHeaders?.(passed) ?? passed,
    )
    // Whoever waits for a stream to begin sees that it has.
    response.flushHeaders()
    const done = (error: Error | null | undefined): void => {
      if (error) response.destroy()
    }
    if (change) pipeline(answer, change, response, done)
    else pipeline(answer, response, done)
  })
  outgoing.on('error', (error) => {
    // What was answered before all was sent is an answer all the same.
    if (!isAnswered && !response.destroyed) to.onFailure(error)
  })
  response.on('close', () => {
    if (!response.writableFinished) outgoing.destroy()
  })
  outgoing.on('close', () => {
    // What nobody wants any more is still read, or the connection could take no further request.
    request.unpipe()
    request.resume()
  })
  request.on('error', () => outgoing.destroy())
  const body = to.requestBody ? request.pipe(to.requestBody) : request
  body.pipe(outgoing)
}

function outgoingHeaders(request: IncomingMessage, to: Forwarding): string[] {
  const headers: HeaderList = request.rawHeaders
  const passed = to.requestHeaders(passedOn(headers, to.requestBody ? ['content-length'] : []))
  const isFramed = ['content-length', 'transfer-encoding'].some(
    (name) => headerOf(headers, name) !== undefined,
  )
  if (!isFramed) {
    // Node would announce a body in chunks where there is none.
    return METHODS_WITHOUT_BODY.has(request.method ?? '') ? passed : [...passed, 'Content-Length', '0']
  }
  const isChunked = headerOf(passed, 'transfer-encoding') !== undefined
  return to.requestBody && !isChunked ? [...passed, 'Transfer-Encoding', 'chunked'] : passed
}
