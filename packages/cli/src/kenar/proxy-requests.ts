import type { Agent, IncomingMessage, ServerResponse } from 'node:http'
import { charsuPlace, SERVED_PLACES } from './charsu-place.ts'
import { forward } from './forward.ts'
import { headerOf, mapHeaders } from './header-list.ts'
import { type KenarHost, kenarHost } from './kenar-hosts.ts'
import { answerError, type ProxyError } from './proxy-error.ts'
import type { OriginRewriter } from './rewrite-origins.ts'
import { namesOrigins, rewriteStream } from './rewrite-stream.ts'
import { unreachable } from './tunnel.ts'

export interface RequestDeps {
  /** Charsu's origin. */
  charsu: URL
  /** Connections to Charsu. */
  charsuAgent: Agent
  /** Connections to hosts of others. */
  otherAgent: Agent
  /** Rewrites what the app says of its own origin; absent: nothing is changed. */
  ownOrigins?: OriginRewriter | undefined
}

/** Answers a request that came in a tunnel to one of Kenar's hosts, encrypted or not. */
export function serveInTunnel(
  deps: RequestDeps,
  host: KenarHost,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const named = headerOf(request.rawHeaders, 'host')
  if (named !== undefined && kenarHost(named.replace(/:\d+$/, '')) !== host) {
    answerError(response, misdirected(host, named))
    return
  }
  serveKenar(deps, { host, target: request.url ?? '/' }, request, response)
}

/** Answers a request that names its host in the request line, as clients send plain HTTP to a proxy. */
export function serveAbsolute(deps: RequestDeps, request: IncomingMessage, response: ServerResponse): void {
  const written = request.url ?? ''
  const url = /^http:\/\//i.test(written) && URL.canParse(written) ? new URL(written) : undefined
  if (!url) {
    answerError(response, NOT_A_PROXY_REQUEST)
    return
  }
  // Not from the parsed URL: what it makes of a path is not what was asked for.
  const path = written.slice('http://'.length).replace(/^[^/?]*/, '')
  const target = path.startsWith('/') ? path : `/${path}`
  const host = kenarHost(url.hostname)
  if (host === undefined) serveOther(deps, { url, target }, request, response)
  else if (url.port !== '') answerError(response, wrongPort(host, Number(url.port)))
  else serveKenar(deps, { host, target }, request, response)
}

function serveKenar(
  { charsu, charsuAgent, ownOrigins }: RequestDeps,
  { host, target }: { host: KenarHost; target: string },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const method = request.method ?? 'GET'
  const place = charsuPlace(host, ownOrigins?.rewrite(target) ?? target)
  if (!place) {
    answerError(response, nothingThere(host, method, target))
    return
  }
  if (place.kind === 'page') {
    const location = charsu.origin + place.path
    const status = method === 'GET' || method === 'HEAD' ? 302 : 307
    response.writeHead(status, { location, 'content-length': '0' }).end()
    return
  }
  const changes = ownOrigins && namesOrigins(headerOf(request.rawHeaders, 'content-type'))
  forward(request, response, {
    hostname: withoutBrackets(charsu.hostname),
    port: Number(charsu.port || 80),
    path: place.path,
    agent: charsuAgent,
    requestHeaders: (passed) => withHost(passed, charsu.host),
    requestBody: changes ? rewriteStream(ownOrigins) : undefined,
    onFailure: (error) => answerError(response, charsuAway(charsu.origin, error)),
  })
}

function serveOther(
  { otherAgent }: RequestDeps,
  { url, target }: { url: URL; target: string },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  forward(request, response, {
    hostname: withoutBrackets(url.hostname),
    port: Number(url.port || 80),
    path: target,
    agent: otherAgent,
    requestHeaders: (passed) => withHost(passed, url.host),
    onFailure: (error) => answerError(response, unreachable(url.host, error)),
  })
}

const withoutBrackets = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1')

/** The same headers under another Host. */
export function withHost(headers: string[], host: string): string[] {
  if (headerOf(headers, 'host') === undefined) return ['Host', host, ...headers]
  return mapHeaders(headers, (name, value) => (name === 'host' ? host : value))
}

const NOT_A_PROXY_REQUEST: ProxyError = {
  codeName: 'INVALID_ARGUMENT',
  reason: 'NOT_A_PROXY_REQUEST',
  message:
    'this is the proxy of "charsu dev --as-kenar" and no server: set it as HTTPS_PROXY and HTTP_PROXY and call https://api.divar.ir; Charsu itself is at CHARSU_URL',
}

export const wrongPort = (host: KenarHost, port: number): ProxyError => ({
  codeName: 'INVALID_ARGUMENT',
  reason: 'PORT_NOT_SERVED',
  message: `Kenar has nothing at ${host}:${port}: call https://${host}, which is port 443`,
})

const misdirected = (host: KenarHost, named: string): ProxyError => ({
  codeName: 'INVALID_ARGUMENT',
  http: 421,
  reason: 'HOST_DIFFERS',
  message: `this connection was opened for ${host}, and the request names another Host, ${JSON.stringify(named.slice(0, 100))}: open a connection for each`,
})

function nothingThere(host: KenarHost, method: string, target: string): ProxyError {
  const path = (target.split('?', 1)[0] ?? '').slice(0, 200)
  return {
    codeName: 'NOT_FOUND',
    reason: 'NOT_PART_OF_KENAR',
    message: `Charsu has nothing in place of ${method} https://${host}${path}: of Kenar's hosts it serves ${SERVED_PLACES}`,
  }
}

const charsuAway = (origin: string, error: NodeJS.ErrnoException): ProxyError => ({
  codeName: 'UNAVAILABLE',
  reason: 'CHARSU_AWAY',
  message: `Charsu does not answer at ${origin} (${error.code || error.message}): see whether "charsu dev" still runs, and start it again`,
})
