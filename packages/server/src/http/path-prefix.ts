import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** What stood before the path that is served, without a slash at its end; '' for nothing. */
    base: string
  }
}

/** Serves paths that begin with something more as the same paths without it. */
export interface PathPrefix {
  /** The path and query to serve. */
  rewriteUrl(request: IncomingMessage): string
  /** Does what the prefix means. Register it before the routes. */
  register(http: FastifyInstance): void
}
