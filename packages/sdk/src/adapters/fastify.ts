/**
 * Serving an app in Fastify: `@charsu/sdk/fastify`.
 * @module
 */

import type { FastifyPluginAsync } from 'fastify'
import { CharsuError } from '../client/errors.ts'
import { type FetchesUnder, toRequest } from './node.ts'

/**
 * A plugin for Fastify 5: it answers what is under the app's path, and leaves bodies there as they came.
 *
 * @example
 * ```ts
 * import { App, appSettings } from '@charsu/sdk'
 * import { charsuFastify } from '@charsu/sdk/fastify'
 * import Fastify from 'fastify'
 *
 * const charsu = new App(appSettings(process.env))
 * const server = Fastify()
 * await server.register(charsuFastify(charsu))
 * await server.listen({ port: 3000 })
 * ```
 */
export function charsuFastify(app: FetchesUnder): FastifyPluginAsync {
  return async (server) => {
    // Fastify puts it before every route, but the app knows its own paths whole.
    const { prefix } = server
    if (prefix !== '' && app.basePath !== prefix && !app.basePath.startsWith(`${prefix}/`)) {
      const hint = `leave the prefix out, or make the app with basePath: '${prefix}${app.basePath}'`
      throw new CharsuError(
        `charsuFastify is registered with the prefix ${prefix}, but the app answers under ${app.basePath}: ${hint}`,
        { hint },
      )
    }
    const path = app.basePath.slice(prefix.length)
    // Of this plugin alone: other routes keep their parsers.
    server.removeAllContentTypeParsers()
    server.addContentTypeParser('*', (_request, _body, done) => done(null))
    for (const url of [path, `${path}/*`]) {
      server.all(url, (request) => app.fetch(toRequest(request.raw)))
    }
  }
}
