import type { IncomingMessage, ServerResponse } from 'node:http'
import { type FetchesUnder, respond } from './node.ts'

/** A middleware as Express takes it. */
export type Middleware = (
  incoming: IncomingMessage & { originalUrl?: string },
  outgoing: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * A middleware for Express 5: it answers what is under the app's path and passes on everything else. Put it above
 * `express.json()`, for signatures are made over the body as it came.
 *
 * @example
 * ```ts
 * import { App, appSettings } from '@charsu/sdk'
 * import { charsuExpress } from '@charsu/sdk/express'
 * import express from 'express'
 *
 * const charsu = new App(appSettings(process.env))
 * const server = express()
 * server.use(charsuExpress(charsu))
 * server.use(express.json())
 * server.listen(3000)
 * ```
 */
export function charsuExpress(app: FetchesUnder): Middleware {
  return (incoming, outgoing, next) => {
    // Mounted under a path Express cuts it off; the app knows its own paths whole.
    const url = incoming.originalUrl ?? incoming.url ?? '/'
    const [path = '/'] = url.split('?')
    if (path !== app.basePath && !path.startsWith(`${app.basePath}/`)) return next()
    incoming.url = url
    respond(app, incoming, outgoing).catch(next)
  }
}
