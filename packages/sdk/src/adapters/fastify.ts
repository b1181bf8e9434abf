import type { FastifyPluginAsync } from 'fastify'
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
    // Of this plugin alone: other routes keep their parsers.
    server.removeAllContentTypeParsers()
    server.addContentTypeParser('*', (_request, _body, done) => done(null))
    for (const url of [app.basePath, `${app.basePath}/*`]) {
      server.all(url, (request) => app.fetch(toRequest(request.raw)))
    }
  }
}
