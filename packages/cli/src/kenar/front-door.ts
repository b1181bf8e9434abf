import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { forward } from './forward.ts'
import { headerOf, mapHeaders } from './header-list.ts'
import { KENAR_PATH, type LocalOrigins } from './local-origins.ts'
import { isLoopbackAddress } from './loopback-address.ts'
import { passUpgradeOn } from './pass-upgrade-on.ts'
import { answerError, type ProxyError } from './proxy-error.ts'
import { OriginRewriter } from './rewrite-origins.ts'
import { namesOrigins, rewriteStream } from './rewrite-stream.ts'

export interface FrontDoorInput {
  /** Preferred port; another free one is taken when it is in use. */
  port: number
  appPort: number
  /** Origin that the app believes to have, such as `https://app.example.ir`. */
  publicUrl?: string | undefined
  /** Host header for the app; that of `publicUrl`, or what the browser sent, when absent. */
  hostHeader?: string | undefined
  /** Where addresses lie on this machine, once the front door's own is known. */
  origins(frontUrl: string): LocalOrigins
}

export interface FrontDoor extends AsyncDisposable {
  /** Origin by which browsers and Charsu reach the app. */
  url: string
  origins: LocalOrigins
  close(): Promise<void>
}

/**
 * A reverse proxy on 127.0.0.1 before the app. A browser is not behind the app's proxy, so what would lead it to
 * Kenar's hosts leads it to Charsu instead: in redirects, and in the pages, scripts and JSON that the app answers.
 */
export async function openFrontDoor(input: FrontDoorInput): Promise<FrontDoor> {
  const open = new Set<Socket>()
  const agent = new Agent({ keepAlive: true })
  const server = createServer({ requestTimeout: 0 })
  server.on('connection', (socket: Socket) => {
    if (!isLoopbackAddress(socket.remoteAddress)) {
      socket.destroy()
      return
    }
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  const port = await listen(server, input.port)
  const url = `http://localhost:${port}`
  const origins = input.origins(url)
  const way = wayToApp(input, url)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith(KENAR_PATH)) followLink(origins, request, response)
    else passOn({ agent, origins, way, appPort: input.appPort }, request, response)
  })
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
    passUpgradeOn({ port: input.appPort, headers: way }, { request, socket, head }),
  )
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of open) socket.destroy()
    agent.destroy()
    await closed
  }
  return { url, origins, close, [Symbol.asyncDispose]: close }
}

async function listen(server: Server, preferred: number): Promise<number> {
  const at = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
  await at(preferred).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error
    return at(0)
  })
  return (server.address() as AddressInfo).port
}

/** The headers that the app gets, from those of the browser. */
type WayToApp = (headers: string[]) => string[]

function wayToApp({ publicUrl, hostHeader }: FrontDoorInput, frontUrl: string): WayToApp {
  const outside = publicUrl ? new URL(publicUrl) : undefined
  const host = hostHeader ?? outside?.host
  const scheme = outside?.protocol.replace(':', '') ?? 'http'
  // An app compares where a form came from with the host that it sees.
  const outward = host && new OriginRewriter([{ from: frontUrl, to: `${scheme}://${host}` }])
  return (headers) => {
    const asked = headerOf(headers, 'host') ?? new URL(frontUrl).host
    const kept = mapHeaders(headers, (name, value) => {
      if (name === 'host') return host ?? value
      return outward && (name === 'origin' || name === 'referer') ? outward.rewrite(value) : value
    })
    return [
      ...(headerOf(headers, 'host') === undefined ? ['Host', host ?? asked] : []),
      ...kept,
      ...['X-Forwarded-For', '127.0.0.1'],
      ...['X-Forwarded-Host', host ?? asked],
      ...['X-Forwarded-Proto', scheme],
    ]
  }
}

interface Passing {
  agent: Agent
  origins: LocalOrigins
  way: WayToApp
  appPort: number
}

/** An app may listen on either of the two loopback addresses. */
const APP_HOST = 'localhost'

function passOn(
  { agent, origins, way, appPort }: Passing,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  forward(request, response, {
    hostname: APP_HOST,
    port: appPort,
    path: request.url ?? '/',
    agent,
    // A compressed page could not be read on its way.
    requestHeaders: (passed) => withoutHeader(way(passed), 'accept-encoding'),
    answerHeaders: (passed) => mapHeaders(passed, (name, value) => localHeader(origins, name, value)),
    answerBody: ({ headers }) =>
      namesOrigins(headers['content-type']) && headers['content-encoding'] === undefined
        ? rewriteStream(origins.all)
        : undefined,
    onFailure: (error) => answerError(response, appAway(appPort, error)),
  })
}

function withoutHeader(headers: readonly string[], unwanted: string): string[] {
  return headers.filter((_, i) => headers[i - (i % 2)]?.toLowerCase() !== unwanted)
}

function localHeader(origins: LocalOrigins, name: string, value: string): string {
  if (name === 'location') return origins.location(value)
  if (name === 'refresh') return origins.all.rewrite(value)
  // A browser on localhost takes no cookie that is for another domain.
  if (name === 'set-cookie') return value.replace(/;\s*domain=[^;]*/gi, '')
  return value
}

function followLink(origins: LocalOrigins, request: IncomingMessage, response: ServerResponse): void {
  const location = origins.kenarLink(request.url ?? '')
  if (location === undefined) {
    answerError(response, {
      codeName: 'NOT_FOUND',
      reason: 'NOT_PART_OF_KENAR',
      message: `Charsu has nothing in place of https://${(request.url ?? '').slice(KENAR_PATH.length, 200)}: the app's page led here by a link to Kenar that Charsu does not stand for`,
    })
    return
  }
  response.writeHead(307, { location, 'content-length': '0' }).end()
}

const appAway = (port: number, error: NodeJS.ErrnoException): ProxyError => ({
  codeName: 'UNAVAILABLE',
  http: 502,
  reason: 'APP_AWAY',
  message: `the app does not answer at port ${port} (${error.code || error.message}): wait until it has started; if it listens at another port, say so with --app-port`,
})
