/**
 * Serving an app in Hono: `@charsu/sdk/hono`.
 * @module
 */

/** What of Hono's context is used. */
export interface HonoContext {
  readonly req: { readonly raw: Request }
}

/**
 * A handler for Hono 4: `hono.all('/charsu/*', charsuHono(app))`. Put no middleware above it that reads bodies, for
 * signatures are made over the body as it came.
 *
 * @example
 * ```ts
 * import { App, appSettings } from '@charsu/sdk'
 * import { charsuHono } from '@charsu/sdk/hono'
 * import { Hono } from 'hono'
 *
 * const charsu = new App(appSettings(process.env))
 * const server = new Hono()
 * server.all(`${charsu.basePath}/*`, charsuHono(charsu))
 * export default server
 * ```
 */
export function charsuHono(app: {
  fetch(request: Request): Response | Promise<Response>
}): (context: HonoContext) => Promise<Response> {
  return async ({ req }) => app.fetch(req.raw)
}
