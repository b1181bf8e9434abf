/**
 * Serving an app in Express: `@charsu/sdk/express`.
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { CharsuError } from '../client/errors.ts'
import { type FetchesUnder, respond } from './node.ts'

/** A middleware as Express takes it. */
export type Middleware = (
  incoming: IncomingMessage & { originalUrl?: string },
  outgoing: ServerResponse,
  next: (error?: unknown) => void,
) => void

const isUnder = (basePath: string, path: string): boolean =>
  path === basePath || path.startsWith(`${basePath}/`)

/** What was meant for the app, would it not be mounted elsewhere than it answers. */
function wrongMount(basePath: string, path: string, rest = ''): CharsuError | undefined {
  const [tail = ''] = rest.split('?')
  if (tail === path || !isUnder(basePath, tail)) return undefined
  const whole = `${path.slice(0, -tail.length)}${basePath}`
  const hint = `write app.use(charsuExpress(charsu)) without a path, or make the app with basePath: '${whole}'`
  return new CharsuError(
    `charsuExpress is mounted where ${whole} is asked for, but the app answers under ${basePath}: ${hint}`,
    { hint },
  )
}

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
    if (!isUnder(app.basePath, path)) return next(wrongMount(app.basePath, path, incoming.url))
    incoming.url = url
    respond(app, incoming, outgoing).catch(next)
  }
}
