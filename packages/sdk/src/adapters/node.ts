import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'

/** Anything that answers requests, such as an {@link "@charsu/sdk".App}. */
export interface Fetches {
  fetch(request: Request): Response | Promise<Response>
}

/**
 * A listener for `http.createServer`.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { App, appSettings } from '@charsu/sdk'
 * import { listener } from '@charsu/sdk/node'
 *
 * const app = new App(appSettings(process.env))
 * createServer(listener(app)).listen(3000)
 * ```
 */
export function listener(app: Fetches): RequestListener {
  return (incoming, outgoing) => {
    respond(app, incoming, outgoing).catch(() => outgoing.destroy())
  }
}

export interface ServeOptions {
  /** 3000 by default, 0 for any that is free. */
  port?: number
  /** All of this machine's addresses by default. */
  host?: string
}

/** A server that listens. */
export interface Served {
  /** Such as `http://localhost:3000`. */
  url: string
  /** Takes no more requests, and settles when those under way are answered. */
  close(): Promise<void>
}

/**
 * Serves an app by Node's own HTTP server.
 *
 * @throws what `listen` does: the port may be in use.
 * @example
 * ```ts
 * import { App, appSettings } from '@charsu/sdk'
 * import { serve } from '@charsu/sdk/node'
 *
 * const app = new App(appSettings(process.env))
 * const { url } = await serve(app, { port: 3000 })
 * console.log(`listening on ${url}`)
 * ```
 */
export async function serve(app: Fetches, options: ServeOptions = {}): Promise<Served> {
  const server = createServer(listener(app))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 3000, options.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { port } = server.address() as AddressInfo
  const host = options.host ?? 'localhost'
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeIdleConnections()
      }),
  }
}

/** Answers one request of Node's by the app; for listeners and frameworks that have Node's two objects. */
export async function respond(
  app: Fetches,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  await write(await app.fetch(toRequest(incoming, gone.signal)), outgoing)
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  const method = incoming.method ?? 'GET'
  const hasBody = method !== 'GET' && method !== 'HEAD'
  // The address is read for its path alone, so a Host header that is none does no harm.
  const path = incoming.url?.startsWith('/') ? incoming.url : '/'
  return new Request(`http://app.invalid${path}`, {
    method,
    headers,
    signal,
    ...(hasBody && { body: Readable.toWeb(incoming) as globalThis.ReadableStream, duplex: 'half' }),
  } as RequestInit)
}

async function write(response: Response, outgoing: ServerResponse): Promise<void> {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies
  outgoing.writeHead(response.status, headers)
  if (response.body === null) outgoing.end()
  else await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing)
}
