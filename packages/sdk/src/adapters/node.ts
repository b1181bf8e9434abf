/**
 * Serving an app with Node’s own HTTP server: `@charsu/sdk/node`.
 * @module
 */

import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { CharsuError } from '../client/errors.ts'

/** Anything that answers requests, such as an `App`. */
export interface Fetches {
  fetch(request: Request): Response | Promise<Response>
}

/** Anything that answers requests under one path, such as an `App`. */
export interface FetchesUnder extends Fetches {
  readonly basePath: string
}

/** Anything that has something to renew from time to time, such as an `App` its tokens and subscriptions. */
export interface Renews {
  renew(): Promise<void>
}

/** Far below the quarter of an hour before their end at which tokens are renewed. */
const RENEW_EVERY_MS = 4 * 60_000

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
    respond(app, incoming, outgoing).catch(() => {
      // Of a method that web standards forbid, or of somebody who went away.
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(400).end()
    })
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
 * Serves an app by Node's own HTTP server, and renews its tokens and subscriptions: at once, for they may have run out
 * while it was down, and every few minutes.
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
export async function serve(app: Fetches & Partial<Renews>, options: ServeOptions = {}): Promise<Served> {
  const server = createServer(listener(app))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 3000, options.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const renew = (): void => void app.renew?.().catch(() => {})
  renew()
  // It alone keeps no process alive.
  const renewal = setInterval(renew, RENEW_EVERY_MS).unref()
  const { port } = server.address() as AddressInfo
  const host = options.host ?? 'localhost'
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        clearInterval(renewal)
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeIdleConnections()
      }),
  }
}

/** Signatures are made over the body's very bytes, which are gone once a framework has parsed them. */
class BodyReadError extends CharsuError {
  constructor() {
    const hint =
      'let the app come first: app.use(charsuExpress(charsu)) above app.use(express.json()), and no hook before it that reads bodies'
    super(`the body was parsed before the app could check its signature: ${hint}`, { hint })
    this.name = 'BodyReadError'
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
  const response = await app.fetch(toRequest(incoming, gone.signal))
  // Nobody is left to answer, which is no error of the app's.
  if (outgoing.destroyed) await response.body?.cancel()
  else await write(response, outgoing)
}

/**
 * The web-standard form of a request of Node's, its body unread.
 * @throws CharsuError when somebody read the body before.
 */
export function toRequest(incoming: IncomingMessage, signal?: AbortSignal): Request {
  if (incoming.readableDidRead) throw new BodyReadError()
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
    ...(signal && { signal }),
    ...(hasBody && { body: bodyOf(incoming), duplex: 'half' }),
  } as RequestInit)
}

/**
 * Node's own conversion destroys the socket when the rest of a body is of no interest, and with it the answer that says
 * why. Here the rest is read and dropped, within the server's own time-out.
 */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = incoming.iterator({ destroyOnReturn: false })
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(new Uint8Array(value))
      },
      async cancel() {
        await chunks.return?.()
        incoming.resume()
      },
    },
    // A body that nobody reads is left to the server, which drops it by itself.
    { highWaterMark: 0 },
  )
}

async function write(response: Response, outgoing: ServerResponse): Promise<void> {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies
  outgoing.writeHead(response.status, headers)
  if (response.body === null) outgoing.end()
  else await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing)
}
